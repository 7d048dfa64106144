import t, { type Test } from 'tap';
import { gitlabReporter } from '../../reports/gitlab.ts';
import type { Event } from '../../src/event.ts';
import { FAILED, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

const PAGE = 'https://gitlab.example/a/b/-/jobs/7/artifacts/file/index.html';

interface Link {
  readonly external_link: { readonly label: string; readonly url: string };
}

async function render(events: readonly Event[], pageUrl?: string): Promise<string> {
  const files = await report((options) => gitlabReporter({ ...options, pageUrl }), events);
  return files.get('annotations.json') ?? '';
}

/** Sections of links with a label of one line, as GitLab takes them. */
async function checkLinks(t: Test, events: readonly Event[]): Promise<readonly [string, readonly Link[]][]> {
  const text = await render(events, PAGE);
  t.ok(Buffer.byteLength(text) <= 80 * 1024);
  t.notMatch(text, /\p{Surrogate}|\\ud[89a-f]/u);
  const sections: Record<string, Link[]> = JSON.parse(text);
  for (const link of Object.values(sections).flat()) {
    t.same(Object.keys(link), ['external_link']);
    t.match(link.external_link.label, /^[^\p{Cc}]+$/u);
    t.ok(URL.canParse(link.external_link.url) && link.external_link.url.startsWith(PAGE));
  }
  return Object.entries(sections);
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} has a link to its page`, async (t) => {
    const [[section, links] = []] = await checkLinks(t, events());
    t.equal(section, 'rootlab');
    t.equal(links?.[0]?.external_link.url, PAGE);
  });
}

t.test('What failed is linked to its place on the page, and nothing else is', async (t) => {
  t.equal((await checkLinks(t, passedRun())).length, 1);
  const [, [section, links] = []] = await checkLinks(t, sampleRun());
  t.equal(section, 'What went wrong');
  t.equal(links?.[0]?.external_link.url, `${PAGE}#units/hello@debian-12`);
  t.match(links?.[0]?.external_link.label, /^units\/hello@debian-12#status failed: See it run: /);
});

t.test('Many failures stay below the limit, and it says how many are left', async (t) => {
  const jobs = Array.from({ length: 600 }, (_, index) => ({ ...FAILED, job: `${index}\uD800` }));
  const [, [, links] = ['', []]] = await checkLinks(t, recordRun(jobs));
  t.match(links.at(-1)?.external_link.label, new RegExp(`^${600 - (links.length - 1)} more$`));
});

t.test('Where no address is known nothing is linked', async (t) => {
  t.equal(await render(sampleRun()), '{}\n');
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.gitlab', await render(sampleRun(), PAGE)),
);

import t from 'tap';
import { environmentHtml } from '../../reports/html/environment.ts';
import type { Event } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { FACTS, recordRun, type SampleJob } from '../fixtures/sample-run.ts';

const job = (image: string): SampleJob => ({
  job: `area/case@${image}`,
  title: 'Case',
  outcome: 'passed',
  steps: [{ id: 'boot', phase: 'boot', outcome: 'passed' }],
});

const htmlOf = (events: readonly Event[]): string => environmentHtml(foldEvents(events)).html;

/** As rows of words; a cell ends with `|`. */
function rowsOf(events: readonly Event[]): readonly string[] {
  return [...htmlOf(events).matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replaceAll(/<\/t[hd]>/g, '|')
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&#39;', "'")
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/ ?\| ?/g, '|')
      .trim(),
  );
}

/** The same run, with its first event changed. */
function begunBy(argv: readonly string[], url: string): readonly Event[] {
  return recordRun([job('debian-12')]).map((event) =>
    event.type === 'run-begin' ? { ...event, argv: [...argv], ci: { provider: 'gitlab', url } } : event,
  );
}

t.test('What was run, from which sources, on which computer', async (t) => {
  const rows = rowsOf(begunBy(['run', 'a b.yaml', "it's"], 'https://ci/1'));
  for (const row of [
    `command|rootlab run 'a b.yaml' 'it'\\''s'|`,
    'rootlab|rootlab 0.1.0|',
    'started|2025-10-09T08:53:20.000Z|',
    'exit status|1|',
    'git|0123456789abcdef (main)|',
    'ci|gitlab|',
    'host kernel|6.18.5|',
    'host cgroup|hybrid|',
  ])
    t.ok(rows.includes(row), `${row} is one of ${rows.join('\n')}`);
});

t.test('The place of a CI job is a link only where it is one of the web', async (t) => {
  t.match(
    htmlOf(begunBy(['run'], 'https://ci/1')),
    '<a href="https://ci/1" rel="noopener noreferrer nofollow">gitlab</a>',
  );
  t.notMatch(htmlOf(begunBy(['run'], 'javascript:alert(1)')), 'javascript');
});

t.test('Machines that are alike are one row, what is not known of one is a dash', async (t) => {
  const events = recordRun([job('debian-12'), job('other'), job('third')]);
  const other = { ...FACTS, image: 'other', recipe: undefined, systemdFull: undefined, systemd: '257' };
  const changed = events.map((event) =>
    event.type === 'machine' && event.job.endsWith('@third') ? { ...event, facts: other } : event,
  );
  t.same(
    rowsOf(changed).filter((row) => row.includes('nspawn')),
    [
      'debian-12|0f1e2d3c4b5a|Debian GNU/Linux 12 (bookworm)|252.39-1~deb12u1|6.18.5|x86_64|v2|nspawn|',
      'other|–|Debian GNU/Linux 12 (bookworm)|257|6.18.5|x86_64|v2|nspawn|',
    ],
  );
});

import t, { type Test } from 'tap';
import { Parser } from 'tap-parser';
import { tapReporter } from '../../reports/tap.ts';
import type { Event } from '../../src/event.ts';
import { galleryRun } from '../fixtures/gallery/index.ts';
import { OTHERS, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { HOSTILE, recordRun } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

interface Point {
  readonly ok: boolean;
  readonly name: string;
  readonly todo?: unknown;
  readonly skip?: unknown;
  readonly diag?: unknown;
}

async function checkTap(
  t: Test,
  events: readonly Event[],
): Promise<{ ok: boolean; bailout: unknown; points: Point[]; inner: Point[] }> {
  const text = (await report(tapReporter, events)).get('') ?? '';
  const points: Point[] = [];
  const inner: Point[] = [];
  const faults: unknown[] = [];
  const parser = new Parser({ strict: true });
  const collect = (parent: Parser, into: Point[]): void => {
    parent.on('assert', (point: Point) => into.push(point));
    parent.on('extra', (extra: unknown) => faults.push(extra));
    parent.on('child', (child: Parser) => collect(child, inner));
  };
  collect(parser, points);
  const { ok, bailout, failures } = await new Promise<Parser['results'] & object>((resolve) => {
    parser.on('complete', resolve);
    parser.end(text);
  });
  faults.push(...failures.filter((failure) => 'tapError' in failure && typeof failure.tapError === 'string'));
  t.same(faults, [], 'strict TAP');
  return { ok, bailout, points, inner };
}

t.test('A run that passed is ok, a job a subtest and a step a point', async (t) => {
  const { ok, points, inner } = await checkTap(t, passedRun());
  t.ok(ok);
  t.same(
    points.map(({ name }) => name),
    ['nspawn/echo@debian-12'],
  );
  t.same(
    inner.map(({ name }) => name),
    ['Boot the machine', 'Say hello from inside', 'Look at it'],
  );
});

t.test('All outcomes survive the way through a parser', async (t) => {
  const { ok, bailout, points, inner } = await checkTap(t, sampleRun());
  t.notOk(ok);
  t.equal(bailout, 'the run was interrupted');
  t.equal(points.length, 11);
  const known = points.find(({ name }) => name.startsWith('analyze'));
  t.match(known, { ok: false, todo: /systemd#21708/ });
  t.match(
    points.find(({ name }) => name.startsWith('docker')),
    { ok: true, skip: /no daemon answers/ },
  );
  t.match(
    inner.find(({ name }) => name === 'See it run'),
    {
      ok: false,
      diag: { exit: 3, message: 'expected exit 0, saw 3', at: 'scenarios/units/hello.yaml:12:5' },
    },
  );
});

t.test('What was seen stands beside what was expected', async (t) => {
  const { inner } = await checkTap(t, galleryRun());
  const diag = (title: string): unknown => inner.find(({ name }) => name === title)?.diag;
  t.match(diag('Another exit status'), { actual: 'exit 3' });
  t.match(diag('A number out of its range'), { actual: 'boot: 6.318s' });
  t.match(diag('A line is missing'), {
    expected: /10\.88\.0\.2 db/,
    actual: 'stdout:\n127.0.0.1\tlocalhost\n10.88.0.1\tweb\n::1\tlocalhost',
  });
});

t.test('A known issue alone is no failure', async (t) => {
  const { ok } = await checkTap(t, recordRun(OTHERS.filter(({ outcome }) => outcome === 'known')));
  t.ok(ok);
});

t.test('A hostile name is read back as it was shown, and its output forges nothing', async (t) => {
  const { inner } = await checkTap(t, recordRun(OTHERS.filter(({ job }) => job.startsWith('host/'))));
  t.equal(inner.length, 2);
  t.equal(inner[0]?.name, HOSTILE.title.replaceAll('\u001B', '␛'));
  t.notOk(inner[0]?.todo);
});

for (const [name, events] of Object.entries(RUNS)) {
  if (name === 'an empty log') continue;
  t.test(`${name} is strict TAP`, async (t) => {
    const all = events();
    const last = all.at(-1);
    const end: Event = {
      v: 1,
      seq: 9,
      t: 9,
      m: 9,
      type: 'run-end',
      outcome: 'interrupted',
      exit: 130,
      durationMs: 9,
    };
    await checkTap(t, last?.type === 'run-end' ? all : [...all, end]);
  });
}

t.test('The sample run looks as it did', async (t) => {
  checkGolden(t, 'sample.tap', (await report(tapReporter, sampleRun())).get('') ?? '');
});

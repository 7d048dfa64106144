import t, { type Test } from 'tap';
import { chromeTraceReporter } from '../../reports/chrome-trace.ts';
import type { Event } from '../../src/event.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly cname?: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Every bar whole, named threads, no two bars of a thread across each other. */
async function checkTrace(t: Test, events: readonly Event[]): Promise<readonly TraceEvent[]> {
  const text = (await report(chromeTraceReporter, events)).get('trace.json') ?? '';
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(text);
  const threads = new Set<string>();
  const ends = new Map<string, number>();
  for (const { ph, name, pid, tid, ts, dur } of traceEvents) {
    const thread = `${pid}/${tid}`;
    if (ph === 'M') {
      if (name === 'thread_name') threads.add(thread);
      continue;
    }
    t.equal(ph, 'X');
    t.ok(Number.isInteger(ts) && Number.isInteger(dur) && ts >= 0 && dur >= 0, name);
    t.ok(threads.has(thread), `thread of ${name} is named`);
    t.ok(ts >= (ends.get(thread) ?? 0), `${name} begins after the bar before it`);
    ends.set(thread, ts + dur);
  }
  return traceEvents;
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} is a trace`, async (t) => {
    await checkTrace(t, events());
  });
}

t.test('Each job is a process, with its steps and the units of its boot', async (t) => {
  const events = await checkTrace(t, sampleRun());
  const processes = events.filter(({ name }) => name === 'process_name');
  t.same(processes[0]?.args, { name: 'nspawn/echo@debian-12' });
  t.equal(processes.length, 10, 'those that began');
  const bar = (name: string): unknown[] => {
    const found = events.find((event) => event.ph === 'X' && event.name === name);
    return [found?.pid, found?.ts, found?.dur, found?.cname];
  };
  t.same(bar('Say hello from inside'), [1, 1_240_000, 118_000, 'good']);
  t.same(bar('systemd-journald.service'), [1, 518_000, 150_000, 'generic_work']);
  t.same(bar('hello.service'), [1, 748_000, 2_000, 'terrible']);
  t.equal(bar('See it run').at(-1), 'terrible');
});

t.test('A second go stands beside the first', async (t) => {
  const events = await checkTrace(t, RUNS['a job that was tried twice']?.() ?? []);
  const names = events.filter(({ ph, tid }) => ph === 'X' && tid < 1_000).map(({ name }) => name);
  t.ok(names.some((name) => name.endsWith('(attempt 2)')));
});

t.test('Half a character does not get in', async (t) => {
  const steps = [{ id: 'one', title: 'x\uD800', outcome: 'passed' }] as const;
  const events = recordRun([{ job: 'a', title: '\uDC00', outcome: 'passed', steps }]);
  const text = (await report(chromeTraceReporter, events)).get('trace.json') ?? '';
  t.notMatch(text, /\p{Surrogate}|\\ud[89a-f]/u);
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.trace', (await report(chromeTraceReporter, sampleRun())).get('trace.json') ?? ''),
);

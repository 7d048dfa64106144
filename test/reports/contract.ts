/** What every reporter keeps: it throws on nothing, and a replayed log gives what the live run gave. */
import type { Test } from 'tap';
import { readLog } from '../../reports/jsonl.ts';
import type { Reporter, ReporterFactory, ReporterOptions } from '../../reports/reporter.ts';
import type { Event } from '../../src/event.ts';
import { foldEvents } from '../../src/fold.ts';
import { cutRun, OTHERS, passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { createRecorder, HOSTILE, recordJob, recordRun } from '../fixtures/sample-run.ts';

/** Runs by name; each as a log may hold it. */
export const RUNS: Readonly<Record<string, () => readonly Event[]>> = {
  'an empty log': () => [],
  'a run without jobs': () => recordRun([], { outcome: 'not-run', exit: 2 }),
  'a run that was killed before its plan': () => sampleRun().slice(0, 1),
  'a run that was killed in a step': cutRun,
  'a run with all outcomes, hostile names and outputs': sampleRun,
  'a run that passed': passedRun,
  'a run where all is skipped': () =>
    recordRun(
      OTHERS.filter(({ outcome }) => outcome === 'skipped'),
      { outcome: 'skipped', exit: 0 },
    ),
  'jobs at once, ending in the other order': interleaved,
  'a job that no plan named, with a hostile name': unplanned,
  'a job that was tried twice': again,
};

export async function checkReporter(t: Test, factory: ReporterFactory): Promise<void> {
  for (const [name, events] of Object.entries(RUNS)) {
    await t.test(`${name} is the same live and replayed`, async (t) => {
      const seen = await closed(events());
      const live = await report(factory, seen);
      const log = seen.map((event) => `${JSON.stringify(event)}\n`).join('');
      const replayed: Event[] = [];
      for await (const event of readLog(pieces(log, 997), 'events.jsonl')) replayed.push(event);
      t.same(await report(factory, replayed), live);
    });
    await t.test(`${name} is bearable without its end, without colour, on a narrow terminal`, async () => {
      await report(factory, events());
      await report(factory, events(), { columns: 20, live: true, colour: true });
    });
  }
}

export async function report(
  factory: ReporterFactory,
  events: readonly Event[],
  options: Partial<ReporterOptions> = {},
): Promise<ReadonlyMap<string, string>> {
  const usual = { colour: false, columns: 100, live: false, htmlPath: 'index.html' };
  const reporter: Reporter = factory({ ...usual, ...options });
  const texts = new Map<string, string>();
  const add = (path: string, text: string): void => {
    texts.set(path, (texts.get(path) ?? '') + text);
  };
  for (const event of events) {
    add('', (await reporter.onEvent?.(event)) ?? '');
    add('', reporter.onTick?.(event.m) ?? '');
  }
  const decoder = new TextDecoder();
  for await (const { path, chunk } of reporter.render?.(foldEvents(events)) ?? []) {
    add(path, typeof chunk === 'string' ? chunk : decoder.decode(chunk));
  }
  return texts;
}

/** With the end that a reader of the log would put there. */
export async function closed(events: readonly Event[]): Promise<readonly Event[]> {
  const all: Event[] = [];
  for await (const event of readLog(
    events.map((event) => `${JSON.stringify(event)}\n`),
    'x',
  ))
    all.push(event);
  return all;
}

function* pieces(text: string, size: number): Iterable<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

function interleaved(): readonly Event[] {
  const events = sampleRun().filter((event) => event.type !== 'run-end');
  const plain = events.filter((event) => !('job' in event));
  const jobs = new Map<string, Event[]>();
  for (const event of events) {
    if (!('job' in event) || event.job === undefined) continue;
    jobs.set(event.job, [...(jobs.get(event.job) ?? []), event]);
  }
  const queues = [...jobs.values()].toReversed();
  const mixed = Array.from({ length: 40 }, (_, index) =>
    queues.flatMap((queue) => queue[index] ?? []),
  ).flat();
  return [...plain, ...mixed];
}

function unplanned(): readonly Event[] {
  const recorder = createRecorder();
  const steps = [{ id: '#1 \\ # SKIP', outcome: 'failed', out: HOSTILE.output }] as const;
  recordJob(recorder, { job: HOSTILE.title, title: '', outcome: 'failed', steps });
  return recorder.events;
}

function again(): readonly Event[] {
  const events = passedRun();
  const once = events.filter((event) => 'job' in event && event.job !== undefined);
  const twice = once.map((event) => ('attempt' in event ? { ...event, attempt: 2 } : event));
  const end = events.findIndex(({ type }) => type === 'run-end');
  return [...events.slice(0, end), ...twice, ...events.slice(end)];
}

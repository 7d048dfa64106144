/** In a process of its own: events are made one by one, and go to all reporters but the page and to a fold, as in a run. */
import { reporters } from '../../reports/index.ts';
import type { Event, EventBody, Failure } from '../../src/event.ts';
import { createFold } from '../../src/fold.ts';

const JOB = 'a/b@c';
const FAILURE: Failure = { kind: 'exit', expected: '0', actual: 1 };
const PLACE = { file: 'a/b.yaml', line: 4, column: 5 };

function* bodies(what: string): Generator<EventBody> {
  const count = what === 'steps' ? 100_000 : 1;
  yield { type: 'run-begin', tool: 'rootlab 0.1.0', argv: [], title: 'hostile', host: {} };
  yield { type: 'job-begin', job: JOB, attempt: 1 };
  for (let index = 0; index < count; index += 1) {
    const step = `s${index}`;
    const bad = what === 'line' || index % 1_000 === 999;
    const end = {
      outcome: bad ? 'failed' : 'passed',
      durationMs: 1,
      tries: 1,
      failures: bad ? [FAILURE] : [],
    } as const;
    yield {
      type: 'step-begin',
      job: JOB,
      step,
      title: step,
      verb: 'run',
      phase: 'steps',
      command: 'x',
      timeoutMs: 1,
      place: PLACE,
    };
    if (what === 'steps') yield { type: 'output', job: JOB, step, fd: 'out', text: 'x\n' };
    // As the runner logs it: in pieces, none of which ends the line.
    else
      for (let piece = 0; piece < 16_384; piece += 1)
        yield { type: 'output', job: JOB, step, fd: 'out', text: 'x'.repeat(65_536) };
    yield { type: 'step-end', job: JOB, step, ...end };
  }
  yield { type: 'job-end', job: JOB, attempt: 1, outcome: 'failed', durationMs: 1 };
  yield { type: 'run-end', outcome: 'failed', exit: 1, durationMs: 1 };
}

function* events(what: string): Generator<Event> {
  let seq = 0;
  for (const body of bodies(what)) {
    yield { v: 1, seq, t: 1_760_000_000_000 + seq, m: seq, ...body };
    seq += 1;
  }
}

const [what = 'steps'] = process.argv.slice(2);
let characters = 0;
const live = Object.entries(reporters)
  .filter(([name]) => !name.startsWith('html'))
  .map(([, factory]) => factory({ colour: false, columns: 100, live: false }));
const fold = createFold();
for (const event of events(what)) {
  fold.add(event);
  for (const reporter of live) characters += (await reporter.onEvent?.(event))?.length ?? 0;
}
for (const reporter of live)
  for await (const { chunk } of reporter.render?.(fold.result()) ?? []) characters += chunk.length;
process.stdout.write(`done ${characters} ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);

import t, { type Test } from 'tap';
import { otlpReporter } from '../../reports/otlp.ts';
import type { Event } from '../../src/event.ts';
import { passedRun, sampleRun } from '../fixtures/sample-jobs.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Readonly<Record<string, string>> }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

const PARENT = '00f067aa0ba902b7';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

async function render(events: readonly Event[], traceParent?: string): Promise<string> {
  const files = await report((options) => otlpReporter({ ...options, traceParent }), events);
  return files.get('traces.json') ?? '';
}

/** One tree of spans with ids of their own, in one line of well-formed text. */
async function checkTraces(
  t: Test,
  events: readonly Event[],
  traceParent?: string,
): Promise<readonly Span[]> {
  const text = await render(events, traceParent);
  t.match(text, /^[^\n]*\n$/);
  t.notMatch(text, /\p{Surrogate}|\\ud[89a-f]/u);
  const { resourceSpans }: { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] } = JSON.parse(text);
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const seen = new Set<string>();
  for (const [index, span] of spans.entries()) {
    const { name, traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano } = span;
    t.match(traceId, /^[\da-f]{32}$/);
    t.match(spanId, /^[\da-f]{16}$/);
    t.notOk(seen.has(spanId), `the id of ${name} is its own`);
    if (index > 0) t.ok(seen.has(parentSpanId ?? ''), `the parent of ${name} came before`);
    seen.add(spanId);
    t.match(startTimeUnixNano, /^\d+$/);
    t.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano));
  }
  return spans;
}

function factsOf(span: Span | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    span?.attributes.map(({ key, value }) => [key, value['stringValue'] ?? value['intValue']]) ?? [],
  );
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} is one trace`, async (t) => {
    const spans = await checkTraces(t, events());
    t.equal(spans[0]?.parentSpanId, undefined);
  });
}

t.test('A run is a pipeline, a job a suite, a step a case, a unit a span below it', async (t) => {
  const spans = await checkTraces(t, sampleRun());
  const of = (name: string): Span | undefined => spans.find((span) => span.name === name);
  t.match(factsOf(spans[0]), { 'cicd.pipeline.name': 'scenarios', 'cicd.pipeline.result': 'cancellation' });
  t.match(factsOf(of('nspawn/echo@debian-12')), {
    'test.suite.run.status': 'success',
    'cicd.pipeline.task.run.result': 'success',
    'rootlab.axis.image': 'debian-12',
    'rootlab.systemd.version': '252',
  });
  const failed = of('See it run');
  t.match(factsOf(failed), {
    'test.case.name': 'units/hello@debian-12 › See it run',
    'test.case.result.status': 'fail',
    'process.exit.code': '3',
    'error.type': 'failed',
  });
  t.match(failed?.status, { code: 2, message: /expected exit 0/ });
  const unit = of('systemd-journald.service');
  t.equal(unit?.parentSpanId, spans.find(({ name }) => name === 'Boot the machine')?.spanId);
  t.equal(unit?.startTimeUnixNano, '1760000000518000000');
  t.equal(of('hello.service')?.status.code, 2);
});

t.test('The run hangs below who started it', async (t) => {
  const [run, job] = await checkTraces(t, passedRun(), `00-${TRACE}-${PARENT}-01`);
  t.equal(run?.parentSpanId, PARENT);
  t.equal(run?.traceId, TRACE);
  t.equal(job?.traceId, TRACE);
});

t.test('A parent that is none is not taken', async (t) => {
  const alone = await render(passedRun());
  for (const wrong of [
    '',
    'x',
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])
    t.equal(await render(passedRun(), wrong), alone, wrong);
});

t.test('Another run has other ids', async (t) => {
  const jobs = [
    { job: 'a', title: 'a', outcome: 'passed', steps: [{ id: 'one', outcome: 'passed' }] },
  ] as const;
  const [one] = await checkTraces(t, recordRun(jobs));
  const later = recordRun(jobs).map((event) => ({ ...event, t: event.t + 1 }));
  const [two] = await checkTraces(t, later);
  t.not(one?.traceId, two?.traceId);
  t.not(one?.spanId, two?.spanId);
});

t.test('Half a character does not get in', async (t) => {
  const steps = [{ id: 'one', title: 'x\uD800', outcome: 'passed' }] as const;
  await checkTraces(t, recordRun([{ job: 'a', title: '\uDC00', outcome: 'passed', steps }]));
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.otlp', await render(sampleRun())),
);

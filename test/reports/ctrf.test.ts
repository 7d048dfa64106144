import t, { type Test } from 'tap';
import { ctrfReporter } from '../../reports/ctrf.ts';
import type { Event } from '../../src/event.ts';
import { sampleRun } from '../fixtures/sample-jobs.ts';
import { checkGolden } from '../golden.ts';
import { report, RUNS } from './contract.ts';

type Kind = 'string' | 'text' | 'integer' | 'boolean' | 'object' | 'strings' | 'list' | 'status';
const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  text: (value) => typeof value === 'string' && value !== '',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  strings: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  list: Array.isArray,
  status: (value) => ['passed', 'failed', 'skipped', 'pending', 'other'].includes(String(value)),
};
/** By ctrf.schema.json of CTRF: the keys of each object, `!` those it must have, and no others. */
const SHAPES = {
  document: { 'reportFormat!': 'text', 'specVersion!': 'text', generatedBy: 'string', 'results!': 'object' },
  results: { 'tool!': 'object', 'summary!': 'object', 'tests!': 'list', environment: 'object' },
  tool: { 'name!': 'text', version: 'string' },
  summary: {
    'tests!': 'integer',
    'passed!': 'integer',
    'failed!': 'integer',
    'skipped!': 'integer',
    'pending!': 'integer',
    'other!': 'integer',
    'start!': 'integer',
    'stop!': 'integer',
    flaky: 'integer',
    suites: 'integer',
  },
  environment: { commit: 'string', branchName: 'string', buildUrl: 'string', extra: 'object' },
  test: {
    'name!': 'text',
    'status!': 'status',
    'duration!': 'integer',
    start: 'integer',
    stop: 'integer',
    suite: 'strings',
    message: 'string',
    trace: 'string',
    rawStatus: 'string',
    tags: 'strings',
    filePath: 'string',
    line: 'integer',
    retries: 'integer',
    flaky: 'boolean',
    stdout: 'strings',
    parameters: 'object',
    extra: 'object',
  },
} as const satisfies Record<string, Record<string, Kind>>;

function faultsOf(shape: keyof typeof SHAPES, value: object): string[] {
  const rules: Readonly<Record<string, Kind>> = SHAPES[shape];
  const found = Object.entries(value).flatMap(([key, one]) => {
    const kind = rules[key] ?? rules[`${key}!`];
    return kind !== undefined && IS[kind](one) ? [] : [`${shape}.${key}`];
  });
  const missing = Object.keys(rules).filter((key) => key.endsWith('!') && !(key.slice(0, -1) in value));
  return [...found, ...missing.map((key) => `${shape} without ${key}`)];
}

interface Ctrf {
  readonly specVersion: string;
  readonly results: {
    readonly tool: object;
    readonly environment: object;
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly { name: string; status: string; rawStatus: string; stdout?: string[] }[];
  };
}

async function checkCtrf(t: Test, events: readonly Event[]): Promise<Ctrf> {
  const document: Ctrf = JSON.parse((await report(ctrfReporter, events)).get('ctrf.json') ?? '');
  const { results } = document;
  t.same(
    [
      ...faultsOf('document', document),
      ...faultsOf('results', results),
      ...faultsOf('tool', results.tool),
      ...faultsOf('summary', results.summary),
      ...faultsOf('environment', results.environment),
      ...results.tests.flatMap((test) => faultsOf('test', test)),
    ],
    [],
  );
  t.match(document.specVersion, /^\d+\.\d+\.\d+$/);
  t.equal(results.summary['tests'], results.tests.length);
  for (const status of ['passed', 'failed', 'skipped', 'pending', 'other'])
    t.equal(results.summary[status], results.tests.filter((test) => test.status === status).length, status);
  return document;
}

for (const [name, events] of Object.entries(RUNS)) {
  t.test(`${name} has the shape of CTRF`, async (t) => {
    await checkCtrf(t, events());
  });
}

t.test('Each outcome has a status, and its own name beside it', async (t) => {
  const { results } = await checkCtrf(t, sampleRun());
  const pairs = new Set(results.tests.map(({ status, rawStatus }) => `${rawStatus} ${status}`));
  t.same([...pairs].toSorted(), [
    'errored failed',
    'failed failed',
    'flaky passed',
    'interrupted failed',
    'known other',
    'not-run pending',
    'passed passed',
    'skipped skipped',
    'timed-out failed',
  ]);
  t.equal(results.summary['flaky'], 1);
});

t.test('A wrong shape is found', async (t) => {
  t.same(faultsOf('tool', { name: '', more: 1 }), ['tool.name', 'tool.more']);
  t.same(faultsOf('test', { name: 'a', status: 'ok' }), ['test.status', 'test without duration!']);
});

t.test('The sample run looks as it did', async (t) =>
  checkGolden(t, 'sample.ctrf', (await report(ctrfReporter, sampleRun())).get('ctrf.json') ?? ''),
);

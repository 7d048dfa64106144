import * as fc from 'fast-check';
import t, { type Test } from 'tap';
import { parseQuery, type QueryStep } from '../../src/query.ts';

const step = (changes: Partial<QueryStep> = {}): QueryStep => ({
  job: 'units/hello@debian-12,disk=tmpfs',
  tags: ['workshop', 'slow'],
  outcome: 'passed',
  isDifferent: false,
  cells: [
    { names: ['debian-12,disk=tmpfs', '252'], outcome: 'passed' },
    { names: ['debian-13,disk=tmpfs', '257'], outcome: 'failed' },
  ],
  ...changes,
});
const TEXT = 'see it run\nactive: active (running)\nstarted at 12:30:05, unit a.service:failed';

interface Sample extends Partial<QueryStep> {
  readonly text?: string;
}

function checkHolds(t: Test, query: string, { text = TEXT, ...of }: Sample, expected: boolean): void {
  t.equal(
    parseQuery(query).holds(step(of), (wanted) => text.includes(wanted)),
    expected,
    query,
  );
}

const ALL: readonly (readonly [query: string, holds: boolean, of?: Sample])[] = [
  ['', true],
  ['active', true],
  ['ACTIVE', true],
  ['active absent', false],
  ['!absent', true],
  ['!active', false],
  ['"it run"', true],
  ['"run it"', false],
  ['!"run it"', true],
  ['s:passed', true],
  ['s:pass', true],
  ['s:failed', false],
  ['!s:failed', true],
  ['s:timed-out', true, { outcome: 'timed-out' }],
  ['job:*debian-12*', true],
  ['job:units/*', true],
  ['job:hello', true],
  ['job:*debian-13*', false],
  ['job:"units/hello@debian-12,disk=tmpfs"', true],
  ['@slow', true],
  ['@slo', false],
  ['@slow @workshop', true],
  ['is:different', false],
  ['is:different', true, { isDifferent: true }],
  ['is:bad', true, { outcome: 'errored' }],
  ['!is:bad', true],
  ['257:failed', true],
  ['252:failed', false],
  ['257:failed !252:failed', true],
  ['debian-13:failed', true],
  ['*disk=tmpfs*:passed', true],
  ['25:failed', false],
  // Colons that belong to a text.
  ['12:30:05', true],
  ['active:', true],
  ['active:nothing', false],
  ['"a.service:failed"', true],
  ['!', false],
  ['"', false],
];
for (const [query, holds, of] of ALL)
  t.test(
    `The query ${query || 'of nothing'} ${holds ? 'holds' : 'does not hold'}${of ? ` of ${JSON.stringify(of)}` : ''}`,
    async (t) => checkHolds(t, query, of ?? {}, holds),
  );

t.test('The example of the specification is read whole', async (t) => {
  const query = 's:failed job:*debian-12* @slow running !not is:different 257:failed';
  t.strictSame(parseQuery(query).problems, []);
  checkHolds(t, query, { outcome: 'failed', isDifferent: true }, true);
  for (const less of [
    { outcome: 'passed' },
    { job: 'a@debian-13' },
    { tags: [] },
    { text: 'running, not' },
    { isDifferent: false },
    { cells: [] },
  ] as const)
    checkHolds(t, query, { outcome: 'failed', isDifferent: true, ...less }, false);
});

t.test('What no step can be is told, and left out', async (t) => {
  t.strictSame(parseQuery('s:faild').problems, ['no outcome is "faild": did you mean "failed"?']);
  t.strictSame(parseQuery('is:odd').problems, ['no kind of step is "odd": they are: different, bad']);
  checkHolds(t, 's:faild active', {}, true);
});

t.test('Only a query of text asks for what was printed', async (t) => {
  t.equal(parseQuery('s:failed @slow 257:failed is:bad job:x').readsText, false);
  t.equal(parseQuery('s:failed !text').readsText, true);
  t.equal(parseQuery('  ').isEmpty, true);
});

t.test('Any text whatever is a query', async (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const query = parseQuery(text);
      return typeof query.holds(step(), (wanted) => TEXT.includes(wanted)) === 'boolean';
    }),
  );
  t.pass();
});

/** Parts: what a scenario takes from them, and what is wrong in them or in their use. */
import t, { type Test } from 'tap';
import { lintScenario } from '../../src/lint/index.ts';
import { jobsOf } from '../../src/plan.ts';
import { messagesOf, problemsOf, scenarioOf, type Files } from './parse-check.ts';

const part = `env: {greeting: hello, said: "\${greeting}!"}
prepare:
  - {id: dir, run: mktemp -d, expect: <dir:path>}
on-failure: [{run: ls $dir}]
cleanup: [{run: rmdir $dir}]
`;
const using = (path: string, rest = ''): string =>
  `title: A\nuse: ${path}\nmachine: debian-12\n${rest}${/^steps/m.test(rest) ? '' : 'steps: [{run: x}]'}`;

function checkMessages(t: Test, text: string, files: Files, ...expected: string[]): void {
  t.same(messagesOf(text, files), expected, text);
}

t.test('what a part has comes first, in the order of use, each step with its own place', async (t) => {
  const own = 'prepare: [{run: own}]\non-failure: [{run: own}]\ncleanup: [{run: own}]\n';
  const files = { 'p.yaml': part, 'q.yaml': 'prepare: {run: second}' };
  const { prepare, onFailure, cleanup } = scenarioOf(using('[p.yaml, q.yaml]', own), files);
  t.match(prepare, [
    { id: 'dir', at: { file: 'p.yaml', line: 3 } },
    { id: 'prepare-2', run: 'second', at: { file: 'q.yaml', line: 1 } },
    { id: 'prepare-3', run: 'own', at: { file: 'a.yaml', line: 4 } },
  ]);
  t.match(onFailure, [{ run: 'ls $dir' }, { run: 'own' }]);
  t.match(cleanup, [{ run: 'rmdir $dir' }, { run: 'own' }]);
});

t.test("a scenario knows the names of its parts, and they know the scenario's axes", async (t) => {
  const text = using(
    'p.yaml',
    'matrix: {who: [me]}\nsteps: [{run: x, title: "${greeting} ${dir}", expect: "${dir}"}]',
  );
  t.equal(problemsOf(text, { 'p.yaml': part.replace('hello', '"${who}"') }), '');
});

t.test("variables of a part follow the scenario's values of them", async (t) => {
  const files = { 'p.yaml': part };
  const scenario = scenarioOf(
    using('p.yaml', 'env: {greeting: hi}\nsteps: [{run: x, title: "${said}"}]'),
    files,
  );
  t.strictSame(Object.entries(scenario.env), [
    ['greeting', 'hi'],
    ['said', '${greeting}!'],
  ]);
  t.equal(jobsOf(scenario)[0]?.scenario.steps[0]?.title, 'hi!');
  checkMessages(
    t,
    using('p.yaml', 'env: {own: x, greeting: "${own}"}\n'),
    files,
    '4:25: "greeting" stands in the place of a part\'s value, where "own" is not known yet',
  );
  checkMessages(t, using('p.yaml', 'env: {own: x, said: "${greeting}?"}\n'), files);
});

t.test('a problem in a part shows its own file and line', async (t) => {
  t.equal(
    problemsOf(using('p.yaml'), { 'p.yaml': '# tools\nprepare:\n- run: x\n  expct: y\n' }),
    `p.yaml:4:3: unknown key "expct" in a step
    expct: y
    ^
hint: did you mean "expect"?
`,
  );
  t.match(
    problemsOf(using('p.yaml', 'steps: [{id: a, run: x}]'), { 'p.yaml': 'cleanup:\n- {id: a, run: y}' }),
    /^p\.yaml:2:4: the id "a" stands twice, as a\.yaml:4 has it\n {2}- \{id: a, run: y\}\n/,
  );
  t.match(
    problemsOf('title: A\nuse: p.yaml\nmachine: {image: a, init: false}\nsteps: [{run: x}]', {
      'p.yaml': 'prepare:\n- check: {unit: x}\n',
    }),
    /^p\.yaml:2:10: "unit" cannot be checked in a machine without an init/,
  );
  // What never applies here may in other scenarios.
  checkMessages(t, using('p.yaml'), {
    'p.yaml': 'prepare:\n- {run: x, except: {when: {image: other}, because: y, expect: z}}\n',
  });
});

t.test('what cannot be used', async (t) => {
  const files = {
    'p.yaml': part,
    's.yaml': 'title: S\nprepare: [{run: x}]',
    'u.yaml': 'use: p.yaml\nprepare: [{run: x}]',
    'none.yaml': '# nothing\n',
    'empty.yaml': 'prepare: []',
    'list.yaml': '- run: x',
    'more.yaml': 'prepare: [{run: x}]\nneeds: nspawn',
  };
  const check = (path: string, ...expected: string[]): void =>
    checkMessages(t, using(path), files, ...expected);
  check('gone.yaml', '2:6: cannot read "gone.yaml"');
  check('[p.yaml, p.yaml]', '2:15: "p.yaml" is used twice');
  check('s.yaml', '2:6: "s.yaml" is a scenario, which has "title", and no part');
  check('u.yaml', 'u.yaml:1:1: a part cannot use others');
  check('none.yaml', '2:6: "none.yaml" has nothing to use');
  check('empty.yaml', '2:6: "empty.yaml" has nothing to use');
  check('list.yaml', 'list.yaml:1:1: a part must be a map, not a list');
  check('more.yaml', 'more.yaml:2:1: unknown key "needs" in a part');
  check('{path: p.yaml}', '2:6: use must be a text, not a map');
  checkMessages(t, using('a.yaml'), { 'a.yaml': part }, '2:6: a scenario cannot use itself');
});

function findingsIn(text: string, part: string): readonly string[] {
  return lintScenario(scenarioOf(text, { 'p.yaml': part }), text).map(
    ({ rule, place }) => `${place.file}:${place.line}:${place.column} ${rule.id}`,
  );
}

t.test('lint looks over parts as well, and sees names used across files', async (t) => {
  const own = 'prepare: [{run: sleep 1}]\nsteps: [{run: x}]';
  t.same(findingsIn(using('p.yaml', own), 'prepare:\n- run: ls\n- {run: x, timeout: 6m}\n'), [
    'a.yaml:4:17 L005',
    'p.yaml:3:12 L009',
  ]);
  // A name of one file that only the other mentions.
  const axis = using('p.yaml', 'matrix: {who: [me]}\nsteps: [{run: x, expect: <id>}]');
  t.same(findingsIn(axis, 'cleanup:\n- run: echo $who $id\n'), []);
  t.same(findingsIn(axis, 'cleanup:\n- {run: echo $id, when: {who: me}, because: x}\n'), []);
  t.same(findingsIn(axis, 'cleanup:\n- run: "true"\n'), ['a.yaml:4:10 L008', 'a.yaml:5:26 L007']);
  // Another scenario may use it.
  t.same(findingsIn(using('p.yaml'), 'prepare:\n- {run: x, expect: <id>}\n'), []);
});

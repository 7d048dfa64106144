import t, { type Test } from 'tap';
import { stepCommand, stepExpectation, stepLesson, stepQuestion, stepTitle } from '../../src/step-text.ts';
import type { Step } from '../../src/scenario.ts';
import { scenarioOf, withSteps } from './parse-check.ts';

/** Title, command and expectation of one step, as a person reads them. */
function checkWords(t: Test, step: string, title: string, command: string, expected?: string): void {
  const indented = step.trim().replaceAll(/^/gm, '    ').replace('    ', '  - ');
  const [read] = scenarioOf(withSteps(indented)).steps;
  if (read === undefined) throw new Error('no step');
  t.same([stepTitle(read), stepCommand(read), stepExpectation(read)], [title, command, expected], step);
}

t.test('each verb has words of its own', async (t) => {
  checkWords(t, 'run: ls /', 'step-1', 'ls /');
  checkWords(
    t,
    'wait: [{unit: a.service, restarts: "< 2"}, {port: 22/tcp}]\nwithin: 5s',
    'step-1',
    'wait for unit a.service restarts < 2, port 22/tcp',
    'within 5s',
  );
  checkWords(t, 'boot: /srv/tree\nas: tree', 'step-1', 'boot /srv/tree as tree');
  checkWords(t, 'reboot:', 'step-1', 'reboot');
  checkWords(t, 'write: /a\ncontent: b', 'step-1', 'write /a\nb');
  checkWords(t, 'write: /a\nfrom: b', 'step-1', 'write /a from /dir/b');
  checkWords(t, 'ask: Why? Say it.\nanswer: {run: date}', 'Why?', 'date');
  checkWords(t, 'check: {file: /a, exists: false}', 'step-1', 'check file /a exists=false');
});

t.test('prose is called by its first sentence, and a title goes before all', async (t) => {
  checkWords(t, 'say: Look here. Then there.', 'Look here.', '');
  checkWords(t, 'title: Here\nsay: Look here.', 'Here', '');
  const marked = 'say: "**Look** at `a_b *.c`, [here](https://x.y), not *.d or 2 * 3. Then there."';
  checkWords(t, marked, 'Look at a_b *.c, here, not *.d or 2 * 3.', '');
});

t.test('an expectation is told in the order of reading', async (t) => {
  checkWords(
    t,
    'run: x\nexpect: {exit: [1, 2], stdout: <n:int>, stderr: "", where: {n: "> 1"}, took: < 1s}\ncheck: {file: /a}',
    'step-1',
    'x',
    'exit 1 or 2\nstdout: <n:int>\nstderr: (nothing)\nwhere n > 1\ntook < 1s\ncheck file /a',
  );
  checkWords(t, 'run: x\nexpect: {in-order: [a, b]}', 'step-1', 'x', 'stdout: in-order a, then b');
  checkWords(
    t,
    'run: x\nexpect: {stdout: {not: {json: {a: 1}}}}',
    'step-1',
    'x',
    'stdout: not json {"a":"1"}',
  );
});

const read = (step: string): Step => {
  const [found] = scenarioOf(withSteps(step)).steps;
  if (found === undefined) throw new Error('no step');
  return found;
};

t.test('a question and what helps with it are told in words', async (t) => {
  const asked = read('  - ask: Why?\n    choices: [a, b]\n    answer: b\n');
  t.same(stepQuestion(asked), { text: 'Why?', choices: ['a', 'b'], answer: 'b' });
  t.equal(stepCommand(asked), '');
  t.equal(stepQuestion(read('  - ask: Why?\n    answer: {run: date}\n'))?.answer, undefined);
  const learn = 'learn: {explain: [{when: {file: /a, mode: 0644}, say: It is there.}], solution: date}';
  const { explain = [], solution } = stepLesson(read(`  - run: x\n    ${learn}\n`)) ?? {};
  t.same([explain, solution], [[{ when: 'file /a mode=0644', say: 'It is there.' }], 'date']);
  t.equal(stepLesson(read('  - run: x\n')), undefined);
});

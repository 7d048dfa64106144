/** `defaults` of rootlab.yaml: each is an option of `run`, and its value is one that the option takes. */
import t, { type Test } from 'tap';
import { run } from '../../runner/commands/run.ts';
import { defaultNames } from '../../src/defaults.ts';
import { parseConfiguration } from '../../src/image.ts';

const read = (text: string) =>
  parseConfiguration(`defaults: {${text}}`, { file: 'rootlab.yaml', directory: '/dir' });

t.test('each is an option of run, under its name', async (t) => {
  for (const name of defaultNames) t.ok(Object.hasOwn(run.options, name), name);
});

t.test('values are taken as written', async (t) => {
  const { configuration, source } = read(
    'jobs: 4, timeout-scale: 1.50, keep: always, strict: true, no-skip: false',
  );
  t.same(source.problems, []);
  t.strictSame(configuration.defaults, {
    jobs: '4',
    'timeout-scale': '1.50',
    keep: 'always',
    strict: 'true',
    'no-skip': 'false',
  });
});

function checkProblem(t: Test, text: string, message: string, hint?: string): void {
  t.match(read(text).source.problems, [{ message, ...(hint === undefined ? {} : { hint }) }], text);
}

t.test('what an option would not take is a problem', async (t) => {
  checkProblem(t, 'jobs: 0', 'jobs cannot be "0"');
  checkProblem(t, 'jobs: 1.5', 'jobs cannot be "1.5"');
  checkProblem(t, 'timeout-scale: 0.0', 'timeout-scale cannot be "0.0"');
  checkProblem(t, 'timeout-scale: -1', 'timeout-scale cannot be "-1"');
  checkProblem(t, 'keep: on-fail', 'keep cannot be "on-fail"', 'did you mean "on-failure"?');
  checkProblem(t, 'strict: yes', 'strict cannot be "yes"', 'allowed here: true, false');
  checkProblem(t, 'job: 4', 'unknown key "job" in defaults', 'did you mean "jobs"?');
  checkProblem(t, 'shell: always', 'unknown key "shell" in defaults');
});

/** `{from-host: NAME}`: how it is read, looked up and put in, and what the configuration calls secrets. */
import t from 'tap';
import { envText, readHostValues } from '../../src/host-values.ts';
import { parseConfiguration } from '../../src/image.ts';
import { planJobs, type Job } from '../../src/plan.ts';
import type { SecretName } from '../../src/scenario.ts';
import { checkProblems, messagesOf, scenarioOf, withSteps } from './parse-check.ts';

const text = `title: A
machine: host
env:
  token: {from-host: API_TOKEN}
  level: {from-host: LEVEL, secret: false}
  plain: x
steps:
  - title: Send \${plain} with \${token}
    run: send
    env:
      pin: {from-host: PIN}
`;

function jobsOf(): readonly Job[] {
  return planJobs([scenarioOf(text)]);
}
const names = (secrets: string): readonly SecretName[] =>
  parseConfiguration(secrets, { file: 'rootlab.yaml', directory: '/' }).configuration.secrets;

const top = (env: string): string => `title: A\nmachine: host\nenv: {a: ${env}}\nsteps: [{run: x}]`;
const said = (host: Record<string, string>, configured = '{}'): readonly string[] =>
  readHostValues(jobsOf(), names(configured), host).problems.map(
    ({ at, message, hint }) => `${at.file}:${at.line}:${at.column}: ${message}; ${hint}`,
  );

t.test('a variable of the host is a secret unless it says otherwise', async (t) => {
  const { env, steps } = scenarioOf(text);
  t.match(env, {
    token: { fromHost: 'API_TOKEN', secret: true, at: { line: 4, column: 10 } },
    level: { fromHost: 'LEVEL', secret: false },
    plain: 'x',
  });
  t.match(steps[0]?.env, { pin: { fromHost: 'PIN', secret: true, at: { line: 11 } } });
});

t.test('a mistake in it is told at its place', async (t) => {
  t.same(messagesOf(top('{from-host: A-B}')), ['3:22: a variable of the host cannot be "A-B"']);
  t.same(messagesOf(top('{from-host: A, secret: maybe}')), [
    '3:33: secret must be true or false, not "maybe"',
  ]);
  t.same(messagesOf(top('{secret: true}')), ['3:10: the variable has no "from-host"']);
  t.same(messagesOf(top('[x]')), ['3:10: the variable must be a text, not a list']);
  checkProblems(
    t,
    withSteps('- {run: x, env: {a: {from-hots: A}}}'),
    `a.yaml:4:22: unknown key "from-hots" in the variable
  - {run: x, env: {a: {from-hots: A}}}
                       ^
hint: did you mean "from-host"?`,
  );
});

t.test('names of the configuration are read with their places', async (t) => {
  t.match(names('secrets: [API_TOKEN, PIN]\n'), [
    { name: 'API_TOKEN', at: { line: 1, column: 11 } },
    { name: 'PIN', at: { line: 1, column: 22 } },
  ]);
  const { source } = parseConfiguration('secrets: [a b]\n', { file: 'rootlab.yaml', directory: '/' });
  t.match(source.problems, [{ message: 'a variable of the host cannot be "a b"' }]);
});

t.test('titles keep the name: reading and listing need no value', async (t) => {
  t.equal(jobsOf()[0]?.scenario.steps[0]?.title, 'Send x with ${token}');
});

t.test('values are put in as they are, and the secrets among them are known', async (t) => {
  const host = { API_TOKEN: '${plain} abc', LEVEL: 'info', PIN: '123456', OTHER: 'other' };
  const { jobs, secrets, problems } = readHostValues(jobsOf(), names('secrets: [OTHER, PIN]'), host);
  t.same(problems, []);
  t.same(secrets.map(({ name, value }) => `${name}=${value}`).toSorted(), [
    'API_TOKEN=${plain} abc',
    'OTHER=other',
    'PIN=123456',
  ]);
  const { env, steps } = jobs[0]?.scenario ?? scenarioOf(text);
  t.equal(envText(env['token'] ?? '', { plain: 'y' }), '${plain} abc');
  t.equal(envText(env['level'] ?? '', {}), 'info');
  t.equal(envText(env['plain'] ?? '', {}), 'x');
  t.equal(envText(steps[0]?.env['pin'] ?? '', {}), '123456');
});

t.test('what the host lacks, or what cannot be masked, is told all at once', async (t) => {
  const short =
    'its value has fewer than 4 characters; give PIN a longer value, or, if it is no secret, leave it out here';
  t.same(said({ LEVEL: '', PIN: '123' }), [
    `a.yaml:4:10: this computer's environment has no "API_TOKEN"; export API_TOKEN=…, or leave it out`,
    `a.yaml:11:12: "PIN" cannot be masked: ${short}`,
  ]);
  const good = { API_TOKEN: 'abcdef', LEVEL: '1', PIN: '123456' };
  t.same(said(good, 'secrets: [NOT_HERE]'), [], 'nothing that could be seen');
  t.same(readHostValues([], names('secrets: [PIN, NOT_HERE, EMPTY]'), { ...good, EMPTY: '' }).absent, [
    'NOT_HERE',
    'EMPTY',
  ]);
  t.match(said({ ...good, MORE: 'abc' }, 'secrets: MORE'), [/^rootlab.yaml:1:10: "MORE" cannot be masked/]);
  t.match(said({ ...good, PIN: ' 1 ' }), [/cannot be masked/], 'blanks hide nothing');
});

t.test('jobs that ask for nothing stay as they are', async (t) => {
  const jobs = planJobs([scenarioOf(withSteps('- run: x'))]);
  t.equal(readHostValues(jobs, [], {}).jobs, jobs);
});

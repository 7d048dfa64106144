/** Where the values of a job come from. */
import t from 'tap';
import { usualValues, writtenValues, type Value } from '../../runner/harness/origin.ts';
import { parseScenario } from '../../src/parse.ts';
import { planJobs, type Job } from '../../src/plan.ts';
import { readYaml } from '../../src/yaml.ts';

const text = `title: T
matrix:
  image: [debian-12, debian-13]
machine: {image: "\${image}", disk: 2G}
env: {place: "on \${image}"}
steps:
  - id: look
    run: |
      echo "\${image}"
      true
    expect:
      stdout: <x>
    timeout: 5s
  - check: {file: /etc/os-release}
  - {id: last, title: "Look at \${image}", say: x}
`;

function readJob(name: string, from = text): Job {
  const parsed = parseScenario(from, { file: 'a.yaml', name: 'a', directory: '/' });
  const job = 'scenario' in parsed ? planJobs([parsed.scenario]).find((one) => one.name === name) : undefined;
  if (job === undefined) throw new Error(`no job ${name}: ${JSON.stringify(parsed)}`);
  return job;
}
const lines = (values: readonly Value[]): readonly string[] =>
  values.map(({ path, value, origin }) => `${origin?.line ?? 'usual'} ${path}: ${value}`);

t.test('each value has its line, and those of the matrix are chosen', async (t) => {
  const job = readJob('a@debian-13');
  t.same(lines(writtenValues(job, readYaml('a.yaml', '/', text))), [
    '1 title: T',
    '3 matrix.image: debian-13',
    '4 machine.image: debian-13',
    '4 machine.disk: 2G',
    '5 env.place: on debian-13',
    '7 steps.look.id: look',
    '8 steps.look.run: echo "${image}"\ntrue\n',
    '12 steps.look.expect.stdout: <x>',
    '13 steps.look.timeout: 5s',
    '14 steps.step-2.check.file: /etc/os-release',
    '15 steps.last.id: last',
    '15 steps.last.title: Look at debian-13',
    '15 steps.last.say: x',
  ]);
});

t.test('a combination that is skipped says why', async (t) => {
  const excluding = text.replace(
    '\nmachine:',
    '\n  exclude: {image: debian-12, because: it is old}\nmachine:',
  );
  const job = readJob('a@debian-12', excluding);
  const written = lines(writtenValues(job, readYaml('a.yaml', '/', excluding)));
  t.same(written.slice(1, 3), ['3 matrix.image: debian-12', '4 matrix.exclude.because: it is old']);
});

t.test('what no file says is told too, and nothing twice', async (t) => {
  const job = readJob('a@debian-12');
  const written = writtenValues(job, readYaml('a.yaml', '/', text));
  const usual = usualValues(job, written);
  t.match(
    lines(usual).join('\n'),
    /^usual timeout: 15min\nusual keep-going: false\nusual machine.init: true\n/,
  );
  const paths = usual.map(({ path }) => path);
  for (const path of ['steps.look.session', 'steps.look.expect.exit', 'steps.step-2.timeout'])
    t.ok(paths.includes(path), path);
  for (const path of ['machine.disk', 'steps.look.timeout']) t.notOk(paths.includes(path), path);
});

t.test('what a part says has the file and line of the part', async (t) => {
  const own = 'title: T\nuse: p.yaml\nmachine: a\nenv: {who: me}\nprepare: [{run: b}]\nsteps: [{run: c}]\n';
  const part = 'env: {who: you, what: x}\nprepare:\n- {id: first, run: a}\ncleanup:\n- run: d\n';
  const read = () => ({ file: 'p.yaml', directory: '/', text: part });
  const parsed = parseScenario(own, { file: 'a.yaml', name: 'a', directory: '/', read });
  const job = 'scenario' in parsed ? planJobs([parsed.scenario])[0] : undefined;
  if (job === undefined) throw new Error(JSON.stringify(parsed));
  const written = writtenValues(job, readYaml('a.yaml', '/', own));
  t.same(
    written.map(({ path, value, origin }) => `${origin?.file}:${origin?.line} ${path}: ${value}`),
    [
      'a.yaml:4 env.who: me',
      'p.yaml:1 env.what: x',
      'p.yaml:3 prepare.first.id: first',
      'p.yaml:3 prepare.first.run: a',
      'p.yaml:5 cleanup.cleanup-1.run: d',
      'a.yaml:1 title: T',
      'a.yaml:2 use: p.yaml',
      'a.yaml:3 machine: a',
      'a.yaml:5 prepare.prepare-2.run: b',
      'a.yaml:6 steps.step-1.run: c',
    ],
  );
  t.notMatch(lines(usualValues(job, written)).join('\n'), 'first.run');
});

import t, { type Test } from 'tap';
import { foldEvents } from '../../src/fold.ts';
import { parseConfiguration, checkCatalogue } from '../../src/image.ts';
import {
  jobsOf,
  neededBy,
  planEvent,
  planJobs,
  types,
  typesOnHost,
  type Job,
  type Selection,
} from '../../src/plan.ts';
import type { Scenario } from '../../src/scenario.ts';
import { scenarioOf } from './parse-check.ts';

const steps = 'steps: [{run: x}]';
const matrix = scenarioOf(
  `title: A\ntags: [slow, net]\nmatrix: {image: [d-12, d-13], mode: [a, b], exclude: {image: d-13, mode: b}, include: {image: d-11, mode: z}}\nmachine: \${image}\n${steps}`,
);
const host: Scenario = {
  ...scenarioOf(`title: B\ntags: host\nmatrix: {x: ["1"]}\nmachine: host\nsteps: [{check: {unit: a}}]`),
  name: 'host/b',
};
const both = [{ ...matrix, name: 'n/a' }, host];

function checkNames(t: Test, selection: Selection, expected: readonly string[]): void {
  t.same(
    planJobs(both, selection).map(({ name }) => name),
    expected,
  );
}

const all = ['n/a@d-12,mode=a', 'n/a@d-12,mode=b', 'n/a@d-13,mode=a', 'n/a@d-11,mode=z', 'host/b@host,x=1'];

t.test('a job is one combination; its name says the image once', async (t) => checkNames(t, {}, all));

t.test('a combination that is excluded with a reason stays, to be skipped', async (t) => {
  const scenario = scenarioOf(
    `title: A\nmatrix: {image: [d-11, d-12, d-13], exclude: [{image: d-11, because: it has no pacman}, {image: d-13}]}\nmachine: \${image}\n${steps}`,
  );
  t.same(
    jobsOf(scenario).map(({ name, excluded }) => [name, excluded]),
    [
      ['a@d-11', 'it has no pacman'],
      ['a@d-12', undefined],
    ],
  );
});

const namesOf = (axes: string, machine: string): readonly string[] =>
  jobsOf(scenarioOf(`title: A\nmatrix: {${axes}}\nmachine: "${machine}"\n${steps}`)).map(({ name }) => name);

t.test('an axis that the name of an image is made of is told by it; of two it would not be', async (t) => {
  t.same(namesOf('image: [d-11, d-12]', '${image}-talk'), ['a@d-11-talk', 'a@d-12-talk']);
  t.same(namesOf('image: [d-11], tree: [d-11]', '${image}'), ['a@d-11,tree=d-11']);
  t.same(namesOf('a: [x], b: [y]', 'd${a}${b}'), ['a@dxy,a=x,b=y']);
});

t.test('names select jobs by their beginnings at a boundary, and by globs', async (t) => {
  checkNames(t, { names: ['n/a@d-12'] }, all.slice(0, 2));
  checkNames(t, { names: ['n'] }, all.slice(0, 4));
  checkNames(t, { names: ['*mode=a', 'host/b'] }, [all[0] ?? '', all[2] ?? '', all[4] ?? '']);
  t.throws(() => planJobs(both, { names: ['n/a@d-1'] }), {
    message: 'cannot select "n/a@d-1": no job has such a name',
    hint: 'jobs there: n/a@d-12,mode=a, n/a@d-12,mode=b, n/a@d-13,mode=a, n/a@d-11,mode=z',
    status: 2,
  });
});

t.test('tags are joined by not, and, or', async (t) => {
  checkNames(t, { tags: ['not slow'] }, all.slice(4));
  checkNames(t, { tags: ['host or (slow and not net)'] }, all.slice(4));
  checkNames(t, { tags: ['slow', 'net'], images: ['d-13'] }, all.slice(2, 3));
  t.throws(() => planJobs(both, { tags: ['slow and'] }), {
    message: 'cannot read --tag "slow and": a tag is missing at the end',
  });
  t.throws(() => planJobs(both, { tags: ['slow net'] }), {
    message: /"and" or "or" is missing before "net"/,
  });
  t.throws(() => planJobs(both, { tags: ['slow,net'] }), {
    message: 'cannot read --tag "slow,net": a comma joins nothing; say "slow and net", or "slow or net"',
  });
});

t.test('no job at all is an error that names what there is', async (t) => {
  t.throws(() => planJobs(both, { tags: ['fast'] }), {
    message: 'cannot select jobs: none of 5 has --tag "fast"',
    hint: 'tags here: host, net, slow',
  });
  t.throws(() => planJobs(both, { tags: ['fast'], images: ['e', 'd-12,d-13'] }), {
    message: 'cannot select jobs: none of 5 has --tag "fast" and is on --image e or d-12,d-13',
    hint: 'one --image for each, not a comma; tags here: host, net, slow; images here: d-11, d-12, d-13, host',
  });
  t.throws(() => planJobs([], {}), { message: 'cannot select jobs: there are no scenarios' });
});

t.test('the machine of a job holds no axis any more', async (t) => {
  const scenario = scenarioOf(
    `title: A\nmatrix: {image: [d]}\nmachine: {image: "\${image}", trees: {path: "/t/\${image}", image: "\${image}-x"}}\n${steps}`,
  );
  t.match(jobsOf(scenario), [
    { name: 'a@d', machine: { image: 'd', trees: [{ path: '/t/d', image: 'd-x' }] } },
  ]);
});

t.test('titles name the axes and variables of their job', async (t) => {
  const scenario = scenarioOf(
    `title: On \${image}\nmatrix: {image: [d]}\nmachine: "\${image}"\nenv: {who: "you on \${image}", hi: "Greet \${who}"}\nsteps: [{title: "\${hi}", run: x}]`,
  );
  t.match(jobsOf(scenario), [{ scenario: { title: 'On d', steps: [{ title: 'Greet you on d' }] } }]);
});

t.test('needs hold the values of the axes', async (t) => {
  const scenario = scenarioOf(
    'title: A\nmatrix: {v: ["252"]}\nmachine: d\nneeds: [{host-systemd: ">= ${v}"}, {any: [kvm, {host-kernel: "${v}"}]}]\nsteps: [{run: echo $v}]',
  );
  t.match(jobsOf(scenario)[0]?.scenario.needs, [
    { compare: '>= 252' },
    { any: [{ name: 'kvm' }, { compare: '252' }] },
  ]);
});

t.test('the plan of the log names every step, the boot first', async (t) => {
  const scenario = scenarioOf(`title: A\nmachine: d\nprepare: [{run: p}]\n${steps}\ncleanup: [{run: c}]`);
  t.match(planEvent(jobsOf(scenario)), {
    type: 'plan',
    jobs: [
      {
        job: 'a@d',
        steps: [
          { id: 'boot' },
          { id: 'prepare-1' },
          { id: 'step-1', title: 'x', verb: 'run' },
          { id: 'cleanup-1' },
        ],
      },
    ],
  });
});

function typing(machine: string, step: string): boolean {
  const event = planEvent(jobsOf(scenarioOf(`title: A\nmachine: ${machine}\nsteps: [{${step}}]`)));
  const [job] = foldEvents([{ v: 1, seq: 0, t: 0, m: 0, ...event }]).jobs;
  return job?.options?.includes('--allow-host') === true;
}

t.test('the plan says which jobs type on this very computer', async (t) => {
  t.ok(typing('host', 'run: x'));
  t.notOk(typing('host', 'check: {unit: a}'));
  t.notOk(typing('d', 'run: x'));
});

t.test('a scenario of checks alone types nothing', async (t) => {
  t.notOk(types({ scenario: host }));
  t.ok(types({ scenario: matrix }));
  t.ok(types({ scenario: scenarioOf('title: A\nmachine: host\nsteps: [{check: {output-of: x}}]') }));
  t.notOk(
    types({
      scenario: scenarioOf('title: A\nmachine: host\nsteps: [{check: {output-of: x, exists: false}}]'),
    }),
  );
});

function configurationProblems(text: string): readonly string[] {
  const { configuration, source } = parseConfiguration(text, { file: 'rootlab.yaml', directory: '/dir' });
  checkCatalogue(configuration.images, [source]);
  return source.problems.map(({ place, message }) => `${place.line}:${place.column}: ${message}`);
}

t.test('images have one recipe, and are not made from themselves', async (t) => {
  t.same(
    configurationProblems(
      'images:\n- {name: a, from: b}\n- {name: b, from: a}\n- {name: c, tar: x.tar, directory: y}\n- {name: d, dsk: x}\n- {name: e}\n- {name: f, from: nowhere}',
    ),
    [
      '4:25: an image has one recipe, and "tar" stands in it already',
      '5:13: unknown key "dsk" in an image',
      '5:3: the image has no recipe',
      '6:3: the image has no recipe',
      '2:3: image "a" is made from itself: a from b from a',
      '3:3: image "b" is made from itself: b from a from b',
      '7:3: image "f" is made from "nowhere", which is no image',
    ],
  );
});

t.test('a recipe is read with its defaults', async (t) => {
  const { configuration } = parseConfiguration(
    'allow-host: true\nimages: [{name: a, mmdebstrap: {suite: s, check-valid-until: false}, packages: p}, {name: b, tar: x.tar}, {name: c, disk: x.qcow2}]',
    { file: 'f', directory: '/dir' },
  );
  t.match(configuration, {
    allowHost: true,
    images: [
      { name: 'a', recipe: { kind: 'mmdebstrap', suite: 's', checkValidUntil: false }, packages: ['p'] },
      { name: 'b', recipe: { kind: 'tar', file: '/dir/x.tar' } },
      { name: 'c', recipe: { kind: 'disk', file: '/dir/x.qcow2' } },
    ],
  });
});

function firstJob(machine: string, step = 'run: x'): Job {
  const scenario = scenarioOf(`title: A\nmatrix: {a: [b]}\n${machine}\nsteps: [{${step}}]`);
  const [first] = jobsOf(scenario);
  if (first === undefined) throw new Error('there is no job');
  return first;
}

t.test('no two jobs have one name, whatever their images are called', async (t) => {
  const machines = '[{name: p, image: "${a}"}, {name: q, image: "${b}"}]';
  const scenario = scenarioOf(
    `title: A\nmatrix: {a: [x, x+y], b: [z, y+z]}\nmachines: ${machines}\nsteps: [{on: p, run: x}]`,
  );
  const names = jobsOf(scenario).map(({ name }) => name);
  t.same(names, ['a@x+z', 'a@x+y+z,a=x,b=y+z', 'a@x+y+z,a=x+y,b=z', 'a@x+y+y+z,a=x+y,b=y+z']);
});

t.test('the reason of an exclude holds the values of the axes', async (t) => {
  const scenario = scenarioOf(
    'title: A\nmatrix: {a: [x, y], exclude: {a: x, because: "${a} is old"}}\nmachine: ${a}\nsteps: [{run: x}]',
  );
  t.same(
    jobsOf(scenario).map(({ excluded }) => excluded),
    ['x is old', undefined],
  );
});

t.test('another computer has the rules of this one', async (t) => {
  const one = firstJob('machine: {ssh: "root@${a}:22"}');
  t.match(one, { name: 'a@ssh,a=b', machine: { kind: 'ssh', ssh: 'root@b:22' } });
  t.match(neededBy(one), [{ name: 'ssh' }]);
  t.ok(typing('{ssh: x}', 'run: x'));
  t.notOk(typing('{ssh: x}', 'check: {unit: a}'));
  const two = 'machines: [{name: m, image: i}, {name: o, ssh: "${a}"}]';
  t.match(firstJob(two, 'on: o, run: x'), { name: 'a@i+ssh,a=b', others: [{ ssh: 'b' }] });
  t.ok(typesOnHost(firstJob(two, 'on: o, run: x')));
  t.notOk(typesOnHost(firstJob(two, 'on: m, run: x')), 'it types on the machine that is thrown away');
});

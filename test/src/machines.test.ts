/** Several machines in a job: what may be said of them, and what becomes of it. */
import t from 'tap';
import { bootId, machineFor, machinesOf, nameAmong } from '../../src/machines.ts';
import { neededBy, planEvent, planJobs } from '../../src/plan.ts';
import { checkProblems, messagesOf, scenarioOf } from './parse-check.ts';

const two = (steps: string, machines = '[{name: a, image: x}, {name: b, image: y}]'): string =>
  `title: A\nmachines: ${machines}\nsteps:\n${steps}`;

t.test('each is a machine like any other, linked to the others unless it says otherwise', async (t) => {
  const text = two('- {on: b, run: x}', '[{name: a, image: x, disk: 1G}, {name: b, image: y, link: none}]');
  t.match(machinesOf(scenarioOf(text)), [
    { kind: 'root', name: 'a', image: 'x', diskBytes: 1024 ** 3, linked: true },
    { kind: 'root', name: 'b', image: 'y', init: true, linked: false },
  ]);
  t.match(machinesOf(scenarioOf('title: A\nmachine: x\nsteps: [{say: x}]')), [
    { kind: 'root', name: 'machine', linked: false },
  ]);
});

t.test('a step says which machine it is for', async (t) => {
  t.match(scenarioOf(two('- {on: b, run: x}\n- say: to the reader')).steps, [{ on: 'b' }, { on: undefined }]);
  checkProblems(
    t,
    two('- {on: bb, run: x}\n- run: x'),
    `
a.yaml:4:8: no machine is called "bb"
  - {on: bb, run: x}
         ^
hint: did you mean "b"?

a.yaml:5:3: the step does not say which machine it is for
  - run: x
    ^
hint: add on: a or on: b`,
  );
  t.same(messagesOf('title: A\nmachine: x\ncleanup: {on: a, run: x}\nsteps: [{say: x}]'), [
    '3:11: "on" means nothing in a job of one machine',
  ]);
  t.same(messagesOf(two('- {say: x, on: a}')), ['4:12: "on" means nothing in a step with "say"']);
});

t.test('names, links and networks that cannot be are problems', async (t) => {
  for (const [machines, ...messages] of [
    ['[{name: a, image: x}, {name: a, image: x}]', '2:40: two machines are called "a"'],
    ['[{name: localhost, image: x}]', '2:19: a machine cannot be called "localhost"'],
    ['[{name: A, image: x}]', '2:19: name cannot be "A"'],
    ['[{image: x}]', '2:12: a machine has no "name"'],
    ['[{name: a, image: x, link: all}]', '2:38: link cannot be "all"'],
    [
      '[{name: a, image: x, network: shared}]',
      '2:41: the network of this computer cannot be linked to other machines',
    ],
    [
      '[{name: a, image: x, ports: "80:1"}, {name: b, image: x, ports: ["80:2"]}]',
      '2:76: port 80 is published twice',
    ],
    [
      '[{name: a, image: x, init: false}]',
      '4:18: "unit" cannot be checked in a machine without an init: no units run in it',
    ],
    ['[]', '2:11: no machines are nothing to type in'],
  ] as const)
    t.match(messagesOf(two('- {on: a, check: {unit: u}}', machines)), messages, machines);
  t.same(messagesOf(`machine: a\n${two('- {on: a, run: x}')}`), [
    '3:1: "machines" cannot stand beside "machine"',
  ]);
});

t.test('a job is named after all of its images, and each boot is a step', async (t) => {
  const text = `matrix: {image: [x, y], n: ["1"]}\n${two('- {on: b, run: x}', '[{name: a, image: "${image}"}, {name: b, image: z, network: uplink}]')}`;
  const jobs = planJobs([scenarioOf(text)]);
  t.same(
    jobs.map(({ name }) => name),
    ['a@x+z,n=1', 'a@y+z,n=1'],
  );
  t.same(
    planJobs([scenarioOf(text)], { images: ['z'] }).map(({ name }) => name),
    ['a@x+z,n=1', 'a@y+z,n=1'],
  );
  const [job] = jobs;
  if (job === undefined) throw new Error('no job');
  t.equal(machineFor(job, 'b').name, 'b');
  t.equal(bootId(job.machine, job), 'boot-a');
  t.equal(nameAmong(job.machine, job), 'a');
  t.match(neededBy(job), [{ name: 'uplink' }]);
  t.match(planEvent([job]), {
    jobs: [
      {
        steps: [
          { id: 'boot-a', on: 'a', verb: 'boot-machine' },
          { id: 'boot-b', on: 'b', verb: 'boot-machine' },
          { id: 'step-1', on: 'b' },
        ],
      },
    ],
  });
});

const excepted = (on: string): string =>
  `- {on: ${on}, run: x, expect: a, except: {when: {image: y}, because: b, expect: c}}`;

t.test('an exception is held against the image of the machine of its step', async (t) => {
  t.same(messagesOf(two(excepted('b'))), []);
  t.match(messagesOf(two(excepted('a'))), [/this can never apply/]);
});

t.test('watch is a step for each machine with an init, a checkpoint is of one machine', async (t) => {
  const list = '[{name: a, image: x}, {name: b, image: y, init: false}, {name: c, image: z}]';
  const text = `${two('- {on: b, run: x}', list)}\nwatch: {failed-units: []}`;
  const plan = planEvent(planJobs([scenarioOf(text)]));
  t.match(plan.type === 'plan' && plan.jobs[0]?.steps.slice(-2), [
    { id: 'watch-a', verb: 'watch', on: 'a' },
    { id: 'watch-c', verb: 'watch', on: 'c' },
  ]);
  t.same(
    messagesOf(
      `${two('- {on: a, run: x}', '[{name: a, image: x, init: false}]')}\nwatch: {failed-units: []}`,
    ),
    ['5:8: "watch" needs an init: nothing in it could tell'],
  );
  t.same(messagesOf(two('- {on: a, run: x, checkpoint: true}')), [
    '4:3: "checkpoint" keeps what one machine wrote, and this job has several',
  ]);
});

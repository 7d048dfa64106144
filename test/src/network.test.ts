/** What a machine may say of its network. */
import t from 'tap';
import { neededBy, planJobs } from '../../src/plan.ts';
import { checkProblems, messagesOf, scenarioOf } from './parse-check.ts';

const machine = (text: string): string => `title: A\nmachine: {image: a, ${text}}\nsteps: [{say: x}]`;

t.test('a machine is alone unless it says otherwise, and publishes nothing', async (t) => {
  t.match(scenarioOf('title: A\nmachine: a\nsteps: [{say: x}]').machine, { network: 'none', ports: [] });
  t.match(scenarioOf(machine('network: uplink, ports: ["8080:80/tcp", "9090:90"]')).machine, {
    network: 'uplink',
    ports: [
      { host: 8080, machine: 80 },
      { host: 9090, machine: 90 },
    ],
  });
});

t.test('a network that there is not, and ports that cannot be, are problems', async (t) => {
  checkProblems(
    t,
    machine('network: uplnk'),
    `
a.yaml:2:30: network cannot be "uplnk"
  machine: {image: a, network: uplnk}
                               ^
hint: did you mean "uplink"?`,
  );
  for (const [text, message] of [
    ['ports: [http]', '2:29: a port cannot be "http"'],
    ['ports: "80"', '2:28: a port cannot be "80"'],
    ['ports: ["53:53/udp"]', '2:29: a port of "udp" cannot be published'],
    ['ports: ["0:80/tcp"]', '2:29: a port cannot be "0:80/tcp"'],
    ['ports: ["8080:65536"]', '2:29: a port cannot be "8080:65536"'],
    ['ports: ["80:1", "080:2"]', '2:37: port 80 is published twice'],
    ['network: shared, ports: ["8080:80"]', '2:38: "ports" mean nothing with network: shared'],
  ] as const)
    t.same(messagesOf(machine(text)), [message], text);
});

const needs = (text: string) =>
  planJobs([scenarioOf(machine(text))]).flatMap((job) =>
    neededBy(job).map((need) => 'name' in need && need.name),
  );

t.test('a job whose machine reaches out needs an uplink', async (t) => {
  t.same(needs('network: uplink'), ['uplink']);
  t.same(needs('network: shared'), []);
});

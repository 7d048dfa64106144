/** What a machine reaches, what reaches it, and that none of it outlives the job. */
import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { readLog } from '../../reports/jsonl.ts';
import { findProgram } from '../../runner/facts/programs.ts';
import { createFold } from '../../src/fold.ts';
import { outputText } from '../../src/result.ts';
import { descendants, snapshotComputer, stillAlive } from './computer.ts';
import { missingImage } from './needs.ts';
import { freePort, rootlab, scenarioFolder, startRootlab } from './program.ts';

t.setTimeout(120_000);
const skip = await missingImage('debian-12');

/** A computer with the only address that QEMU and VirtualBox give, where port 8000 greets on all of its addresses. */
const island = `
ip link set dev lo up
ip link add name out type veth peer name wire
ip address add 10.0.2.15/24 dev out
ip link set dev out up
ip link set dev wire up
ip route add default via 10.0.2.2
perl -MIO::Socket::INET -e '
  $server = IO::Socket::INET->new(LocalPort => 8000, Listen => 5) or die;
  while ($one = $server->accept) { print $one "hello from outside\\n"; close $one }' &
until cat </dev/tcp/127.0.0.1/8000; do sleep 0.05; done >/dev/null 2>&1
"$@"`;
const walls = [
  'unshare',
  '--net',
  '--pid',
  '--mount-proc',
  '--fork',
  '--kill-child',
  'bash',
  '-c',
  island,
  'island',
];

/** Programs that are not there for what follows. */
const hide = (tools: string): string =>
  `for tool in ${tools}; do ! path=$(command -v $tool) || mount --bind /dev/null "$path"; done; exec "$@"`;

const asks = (address: string): string => `timeout 2 bash -c 'cat </dev/tcp/${address}/8000'`;
const reaching = (network: string, init: boolean, steps: string): string => `
title: What it reaches
machine: {image: debian-12, init: ${init}, network: ${network}}
steps:
${steps}`;
const out = `
  - {run: cat /etc/resolv.conf, expect: nameserver 198.51.100.3}
  - {run: "${asks('10.0.2.15')}", expect: hello from outside}
  - {run: "${asks('198.51.100.2')}", expect: {exit: "!= 0", stdout: ""}}`;

t.test(
  'an uplink reaches out but not the loopback of its host, and no machine else reaches out',
  { skip },
  async (t) => {
    const folder = scenarioFolder(t, {
      'up.yaml': reaching('uplink', false, out),
      'booted.yaml': reaching('uplink', true, `${out}\n  - reboot:${out}`),
      'none.yaml': reaching(
        'none',
        false,
        `  - {run: "${asks('10.0.2.15')}", expect: {exit: 1, stderr: {contains: unreachable}}}`,
      ),
      'shared.yaml': reaching(
        'shared',
        false,
        `  - {run: "${asks('127.0.0.1')}", expect: hello from outside}
  - {run: ip link set dev lo down, expect: {exit: 2, stderr: {contains: not permitted}}}`,
      ),
    });
    const ended = await rootlab(t, ['run', folder, '--reporter=tap'], { walls, cwd: folder });
    t.equal(ended.status, 0, ended.stderr);
    t.match(ended.stdout, /^# 4 passed$/m);
    // Where AppArmor confines pasta, it may not enter a namespace of ours.
    if (findProgram('pasta') === undefined || existsSync('/sys/module/apparmor')) return;
    const without = ['unshare', '--mount', 'sh', '-c', hide('slirp4netns'), 'hide'];
    const argv = ['run', join(folder, 'up.yaml'), '--reporter=tap'];
    const other = await rootlab(t, argv, { walls: [...without, ...walls], cwd: folder });
    t.match(other.stdout, /^# 1 passed$/m, 'pasta does the same');
  },
);

const serving = (port: number): string => `
title: It answers
machines:
  - {name: a, image: debian-12, init: false, network: uplink, ports: ["${port}:80/tcp"]}
  - {name: b, image: debian-12, init: false}
steps:
  - on: a
    run: |
      perl -MIO::Socket::INET -e '$server = IO::Socket::INET->new(LocalPort => 80, Listen => 5) or die;
        while ($one = $server->accept) { print $one "hello from inside\\n"; close $one }'
    background: true
  - {on: a, wait: {port: 80/tcp}}
  - {on: b, run: sleep 60}`;

t.test(
  'a published port answers on 127.0.0.1, and is gone with a runner that is killed',
  { skip },
  async (t) => {
    const port = await freePort();
    const folder = scenarioFolder(t, { 'a.yaml': serving(port) });
    const links = snapshotComputer()['links'];
    const running = startRootlab(t, ['run', folder, '--reporter=tap'], { cwd: folder });
    running.ended.catch(() => undefined);
    t.equal(await untilAnswered(port), 'hello from inside\n');
    t.same(snapshotComputer()['links'], links, 'the links of this computer are as they were');
    const family = descendants(running.pid);
    t.ok(family.length > 4, 'the network has processes');
    running.child.kill('SIGKILL');
    await running.ended;
    for (let tries = 0; stillAlive(family).length > 0 && tries < 100; tries += 1) await sleep(20);
    t.same(stillAlive(family), []);
    t.equal(await ask(port), undefined);
  },
);

t.test(
  'of two jobs with one port the second waits; a port of another program is an error of ours',
  { skip },
  async (t) => {
    const port = await freePort();
    const text = `title: A\nmatrix: {axis: [a, b]}\nmachine: {image: debian-12, init: false, ports: ["${port}:80"]}\nsteps: [{run: "true"}]`;
    const folder = scenarioFolder(t, { 'a.yaml': text });
    const both = await rootlab(t, ['run', folder, '--jobs=2', '--reporter=tap'], { cwd: folder });
    t.equal(both.status, 0, both.stderr);
    const server = createServer().listen(port, '127.0.0.1');
    t.teardown(() => server.close());
    const refused = await rootlab(t, ['run', folder, '--reporter=tap'], { cwd: folder });
    t.equal(refused.status, 3);
    t.match(refused.stdout, `cannot publish the port ${port}: another program on this computer has it`);
    t.match(refused.stdout, `hint: see which: ss -ltnp 'sport = :${port}'`);
  },
);

t.test(
  'where nothing can reach out, a job that wants to is skipped with the way to get it',
  { skip },
  async (t) => {
    const folder = scenarioFolder(t, { 'a.yaml': reaching('uplink', false, '  - run: "true"') });
    const hidden = await rootlab(t, ['run', folder, '--reporter=tap'], {
      cwd: folder,
      walls: ['unshare', '--mount', 'sh', '-c', hide('slirp4netns pasta'), 'hide'],
    });
    t.match(
      hidden.stdout,
      /needs uplink: slirp4netns is not installed; to get it: apt-get install slirp4netns/,
    );
  },
);

t.test(
  "the settings of a network are its machine's to change, and not those of this computer",
  { skip },
  async (t) => {
    const file = '/proc/sys/net/ipv4/ip_forward';
    const before = readFileSync(file, 'utf8');
    const change = `echo 1 >${file} && cat ${file}`;
    const linked = `
title: A router
machines:
  - {name: router, image: debian-12}
  - {name: root, image: debian-12, init: false}
steps:
  - {on: router, run: "${change}", expect: "1"}
  - {on: root, run: "${change}", expect: "1"}
`;
    const shared = `  - {run: "${change}", expect: {exit: "!= 0", stdout: ""}}`;
    const folder = scenarioFolder(t, {
      'linked.yaml': linked,
      'shared.yaml': reaching('shared', true, shared),
    });
    const { status, stdout } = await rootlab(t, ['run', folder, '--reporter=console'], { cwd: folder });
    t.equal(status, 0, stdout);
    t.equal(readFileSync(file, 'utf8'), before);
  },
);

t.test('what fails on one of several machines is told of that one', { skip }, async (t) => {
  const folder = scenarioFolder(t, {
    'a.yaml': `
title: A
machines: [{name: a, image: debian-12, init: false, link: none}, {name: b, image: debian-12}]
keep-going: true
watch: {failed-units: []}
steps:
  - {on: a, run: "echo $(hostname)", expect: <name>}
  - {on: b, run: "echo $name $(hostname)", expect: a c}`,
  });
  const log = join(folder, 'log.jsonl');
  const ended = await rootlab(t, ['run', folder, `--reporter=jsonl=${log}`], { cwd: folder });
  t.equal(ended.status, 1, ended.stderr);
  const fold = createFold();
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) fold.add(event);
  const [job] = fold.result().jobs;
  t.match(job, { job: 'a@debian-12+debian-12', outcome: 'failed' });
  t.same(
    job?.steps.map(({ id, on, outcome }) => [id, on, outcome]),
    [
      ['boot-a', 'a', 'passed'],
      ['boot-b', 'b', 'passed'],
      ['step-1', 'a', 'passed'],
      ['step-2', 'b', 'failed'],
      ['watch-b', 'b', 'passed'],
    ],
  );
  t.match(outputText(job?.steps[3]?.output ?? [], ['out']), 'a b');
  t.equal(job?.steps[1]?.boots.length, 1);
  t.ok(job?.attachments.some(({ name }) => name === 'b-console.txt'));
  t.notOk(job?.attachments.some(({ name }) => !name.startsWith('b-')));
});

/** What is said there; nothing where nobody listens, or says anything. */
function ask(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => resolve(undefined));
    socket.on('end', () => resolve(text === '' ? undefined : text));
  });
}

async function untilAnswered(port: number): Promise<string | undefined> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await ask(port);
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  return undefined;
}

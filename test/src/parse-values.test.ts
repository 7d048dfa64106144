/** Values that have the right form and can never work: each is one problem, at its place. */
import t from 'tap';
import { checkProblems, checkRows, messagesOf, row, withSteps } from './parse-check.ts';

const step = (text: string): string => withSteps(`- {run: x, ${text}}`);
const check = (text: string): string => withSteps(`- check: {${text}}`);
const machine = (text: string): string => `title: A\nmachine: {image: a, ${text}}\nsteps: [{say: x}]`;
const without = (steps: string): string => `title: A\nmachine: {image: a, init: false}\nsteps:\n${steps}`;

t.test('a machine has room to run in', async () => {
  checkRows(
    [
      row('memory: 0', '2:29: memory must be at least 16M, not "0"'),
      row('memory: 512', '2:29: memory must be at least 16M, not "512"'),
      row('memory: 1K', '2:29: memory must be at least 16M, not "1K"'),
      row('memory: 16M'),
      row('cpus: 0', '2:27: cpus must be at least 0.01, not "0"'),
      row('cpus: 150%', '2:27: cpus cannot be "150%"'),
      row('cpus: 1.5'),
      row('disk: 1K', '2:27: disk must be at least 1M, not "1K"'),
      row('disk: 1M'),
    ],
    machine,
  );
});

t.test('a problem of a value says what is allowed there', async (t) => {
  checkProblems(
    t,
    machine('memory: 1K'),
    `
a.yaml:2:29: memory must be at least 16M, not "1K"
  machine: {image: a, memory: 1K}
                              ^
hint: such as 512M; a number alone is bytes`,
  );
});

t.test('a limit is more than nothing', async (t) => {
  checkRows(
    [
      row('timeout: 0s', '4:21: timeout must be more than 0, not "0s"'),
      row('timeout: -5s', '4:21: timeout must be more than 0, not "-5s"'),
      row('timeout: 500ms'),
      row('timeout: 30d', '4:21: timeout must be at most 24h, not "30d"'),
      row('within: 0s', '4:20: within must be more than 0, not "0s"'),
      row('output-limit: 0', '4:26: output-limit must be at least 1, not "0"'),
      row('output-limit: 1'),
    ],
    step,
  );
  checkRows([row('boot-timeout: 0s', '2:35: boot-timeout must be more than 0, not "0s"')], machine);
  t.same(messagesOf('title: A\nmachine: a\ntimeout: 0s\nsteps: [{say: x}]'), [
    '3:10: timeout must be more than 0, not "0s"',
  ]);
});

t.test('a time is compared with a time', async () => {
  checkRows(
    [
      row('expect: {took: 5}', '4:27: took cannot be "5"'),
      row('expect: {took: "< 64M"}', '4:27: took cannot be "< 64M"'),
      row('expect: {took: "1..2s"}', '4:27: took cannot be "1..2s"'),
      row('expect: {took: what}', '4:27: took cannot be "what"'),
      row('expect: {took: "< 5s"}'),
      row('expect: {took: "> 0"}'),
      row('expect: {took: "100ms..2s"}'),
      row('expect: {stdout: <b:duration>, took: "< ${b}"}'),
      row('expect: {stdout: <n:int>, took: "< ${n}s"}'),
    ],
    step,
  );
  checkRows(
    [
      row('system: running, took: 5', '4:34: "took" cannot be "5"'),
      row('system: running, took: "< 30s"'),
      row('system: running, took: "<:duration>"'),
    ],
    check,
  );
});

t.test('what a fact can never be is told when the file is read', async () => {
  checkRows(
    [
      row('unit: a, active: activ', '4:28: "active" cannot be "activ"'),
      row('unit: a, active: "!= faild"', '4:28: "active" cannot be "!= faild"'),
      row('unit: a, active: "!= failed", enabled: {any: [enabled, soon]}'),
      row('unit: a, active: "activ<*>", restarts: "${b}"', '4:51: unknown name "b"'),
      row('unit: a, restarts: "> 3s"', '4:30: "restarts" cannot be "> 3s"'),
      row('unit: a, restarts: 0..2'),
      row('machine: a, state: runing', '4:30: "state" cannot be "runing"'),
      row('system: runing', '4:19: system cannot be "runing"'),
      row('system: degraded, jobs: 0, failed-units: a.service'),
      row('journal: a, priority: eror', '4:33: "priority" cannot be "eror"'),
      row('journal: a, priority: 0..3'),
      row('file: a', '4:17: file "a" does not begin with /'),
      row('mount: a', '4:18: mount "a" does not begin with /'),
      row('file: /a, size: "> 3s"', '4:27: "size" cannot be "> 3s"'),
      row('file: /a, size: 1K..2M'),
      row('file: /a, type: folder', '4:27: "type" cannot be "folder"'),
      row('file: /a, type: symbolic link'),
      row('file: /a, sha256: abc', '4:29: "sha256" cannot be "abc"'),
      row('process: a, count: many', '4:30: "count" cannot be "many"'),
      row('process: a, count: <:int>'),
      row('user: a, uid: root', '4:25: "uid" cannot be "root"'),
      row('group: a, gid: "> 5M"', '4:26: "gid" cannot be "> 5M"'),
      row('http: "http://a/", status: ok', '4:38: "status" cannot be "ok"'),
      row('interface: lo, state: upp', '4:33: "state" cannot be "upp"'),
      row('kernel: new', '4:19: kernel cannot be "new"'),
      row('kernel: "6.<*>"'),
      row('unit: a, property: {ActiveState: whatever}'),
    ],
    check,
  );
});

t.test('numbers without a unit are compared with such', async () => {
  checkRows(
    [
      row('expect: {exit: "< 5s"}', '4:27: exit cannot be "< 5s"'),
      row('expect: {exit: 300}', '4:27: exit cannot be "300"'),
      row('expect: {exit: [0, -1]}', '4:31: exit cannot be "-1"'),
      row('expect: {exit: "!= 0"}'),
      row('expect: {lines: "> 5s"}', '4:28: the number of lines cannot be "> 5s"'),
      row('expect: {lines: 1..3}'),
    ],
    step,
  );
});

t.test('modes are octal, ports are numbers of a protocol', async () => {
  checkRows(
    [
      row('file: /a, mode: 999', '4:27: "mode" cannot be "999"'),
      row('file: /a, mode: "!= 888"', '4:27: "mode" cannot be "!= 888"'),
      row('file: /a, mode: rw-r--r--', '4:27: "mode" cannot be "rw-r--r--"'),
      row('file: /a, mode: 644'),
      row('file: /a, mode: 01777'),
      row('file: /a, mode: "06<*>"'),
      row('file: /a, mode: {any: [600, 640]}'),
      row('port: 99999/tcp', '4:17: a port cannot be "99999/tcp"'),
      row('port: 22/tpc', '4:17: a port cannot be "22/tpc"'),
      row('port: 0', '4:17: a port cannot be "0"'),
      row('port: ssh', '4:17: a port cannot be "ssh"'),
      row('port: 65535/udp'),
      row('port: 22'),
      row('http: localhost:80/', '4:17: http cannot ask "localhost:80/"'),
      row('http: "https://a@b/"', '4:17: http cannot ask "https://a@b/"'),
      row('http: "http://[::1]:80/?a", status: 200, header: {A: b}, body: {contains: x}'),
      row('http: "http://a", header: x', '4:37: header must be a map'),
    ],
    check,
  );
  checkRows([row('mode: 999', '4:33: mode cannot be "999"'), row('mode: 0644')], (text) =>
    withSteps(`- {write: /a, content: b, ${text}}`),
  );
  checkRows([row('mode: 999', '2:57: mode cannot be "999"')], (text) =>
    machine(`files: {path: /a, content: b, ${text}}`),
  );
});

t.test('a terminal has columns and rows', async () => {
  checkRows(
    [
      row('tty: 0x0', '4:17: tty cannot be "0x0"'),
      row('tty: 80x0', '4:17: tty cannot be "80x0"'),
      row('tty: 80x25'),
    ],
    step,
  );
});

t.test('a user has a name that users can have', async () => {
  const hint = 'user cannot be';
  checkRows(
    [
      row('user: ""', `4:18: ${hint} ""`),
      row('user: "no body"', `4:18: ${hint} "no body"`),
      row('user: -u', `4:18: ${hint} "-u"`),
      row('user: _apt'),
    ],
    step,
  );
  checkRows([row('user: ""', `2:27: ${hint} ""`), row('user: alice')], machine);
});

t.test('paths in a machine are absolute', async (t) => {
  checkRows(
    [
      row('cwd: tmp', '4:17: cwd "tmp" does not begin with /'),
      row('cwd: ~', '4:17: cwd "~" does not begin with /'),
      row('artifacts: [/a, log]', '4:28: the artifact "log" does not begin with /'),
      row('env: {a: b}, cwd: /tmp, artifacts: /a'),
    ],
    step,
  );
  t.same(messagesOf(withSteps('- boot: tree')), ['4:9: boot "tree" does not begin with /']);
  t.same(messagesOf(withSteps('- {run: x, expect: <d:path>}\n- {run: y, cwd: "${d}"}\n- boot: "${d}"')), []);
});

t.test('each tree has a folder of its own', async () => {
  checkRows(
    [
      row('trees: {path: /, image: a}', '2:35: a tree cannot be laid on "/"'),
      row('trees: {path: /srv/.., image: a}', '2:35: a tree cannot be laid on "/srv/.."'),
      row('trees: [{path: /a, image: a}, {path: /a/, image: b}]', '2:58: two trees are laid on "/a"'),
      row('trees: [{path: /a, image: a}, {path: /a/b, image: b}]'),
    ],
    machine,
  );
});

t.test('what is in the background is repeated only by a check beside it', async () => {
  const says = '"within" repeats nothing: a step in the background is started once';
  checkRows(
    [
      row('background: true, within: 5s', `4:30: ${says}`),
      row('background: false, within: 5s'),
      row('background: true, within: 5s, check: {port: 80/tcp}'),
    ],
    step,
  );
});

t.test('a machine without an init is not asked what only an init can tell', async (t) => {
  const beginning = 'cannot be checked in a machine without an init';
  checkRows(
    [
      row('- check: {unit: a}', `4:10: "unit" ${beginning}: no units run in it`),
      row('- wait: [{journal: a}]', `4:10: "journal" ${beginning}: nothing in it keeps a journal`),
      row('- check: {system: running}', `4:10: "system" ${beginning}: its system is always offline`),
      row('- check: {machine: a}', `4:10: "machine" ${beginning}: nothing in it knows of machines`),
      row(
        '- {run: x, learn: {explain: {when: {unit: a}, say: b}}}',
        `4:36: "unit" ${beginning}: no units run in it`,
      ),
      row('- reboot:', '4:3: "reboot" needs an init'),
      row('- check: [{system: offline}, {system: running, exists: false}, {process: sleep}, {file: /a}]'),
      row(
        '- boot: /srv/tree\n- check: {machine: tree}',
        '4:3: "boot" needs an init: systemd-nspawn asks it for the machine',
        '5:10: "machine" cannot be checked in a machine without an init: nothing in it knows of machines',
      ),
    ],
    without,
  );
  checkProblems(
    t,
    `${without('- run: x')}\ncleanup:\n- check: {unit: a}`,
    `
a.yaml:6:10: "unit" cannot be checked in a machine without an init: no units run in it
  - check: {unit: a}
           ^
hint: give the machine init: true`,
  );
  for (const other of ['host', 'a', '{image: a, init: true}'])
    t.same(messagesOf(`title: A\nmachine: ${other}\nsteps: [{check: {unit: a}}]`), [], other);
  t.same(messagesOf('title: A\nmachine: {image: a, init: maybe}\nsteps: [{check: {unit: a}}]'), [
    '2:27: init must be true or false, not "maybe"',
  ]);
});

t.test('an expectation left open is told how none is written', async (t) => {
  checkProblems(
    t,
    step('expect: '),
    'a.yaml:4:20: expect has no value\n  - {run: x, expect: }\n                     ^\nhint: write "" for no output at all',
  );
});

t.test('output-of takes exists alone', async () => {
  checkRows(
    [
      row('output-of: zfs list, exists: false'),
      row('output-of: LC_ALL=C /sbin/zfs, exists: true'),
      row('output-of: zfs list, exists: no', '4:40: "exists" cannot be "no"'),
      row(
        'output-of: zfs list, exists: false, exit: 127',
        '4:32: "exists" stands alone: it types nothing, so nothing is shown',
      ),
      row(
        'output-of: $tool list, exists: false',
        '4:22: "exists" asks for the first word of the command, and this begins with none',
      ),
    ],
    check,
  );
});

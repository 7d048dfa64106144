import { wordSeen } from '../../runner/resources/word.ts';
import t from 'tap';
import { resources } from '../../runner/resources/index.ts';
import type { Asked, Seen } from '../../runner/resources/resource.ts';
import { resourceFacts } from '../../src/scenario/resource.ts';

type Kind = keyof typeof resources;

/** What the reader of a kind sees in an output of its tools. */
function read(
  kind: Kind,
  name: string,
  facts: readonly string[],
  output: { stdout?: string; stderr?: string; status?: number },
  others: readonly Asked[] = [],
): Seen {
  const asked: Asked = { name, facts, options: {} };
  return resources[kind].read({ stdout: '', stderr: '', status: 0, ...output }, asked, {
    stepStartedAtMs: 0,
    toolTimeoutMs: 5000,
    all: [...others, asked],
  });
}

/** `machinectl show` of a nested machine, as each version prints it. */
const shown: Readonly<Record<string, string>> = {
  '247 and 252': `Name=debian-tree
Id=adc22307a94b4fed81fd5c7e9420618b
Timestamp=Tue 2026-11-24 02:58:42 UTC
TimestampMonotonic=1746028938
Service=systemd-nspawn
Unit=systemd-nspawn@debian-tree.service
Leader=89
Class=container
RootDirectory=/var/lib/machines/debian-tree
State=running
`,
  '262': `Name=debian-tree
Id=5b5495dfab774f1da70df0915617f6c0
Timestamp=Tue 2026-11-24 02:56:54 UTC
TimestampMonotonic=1638178502
Service=systemd-nspawn
Unit=systemd-nspawn@debian-tree.service
Subgroup=payload
Leader=122
LeaderPIDFDId=74960
Supervisor=119
SupervisorPIDFDId=74957
Class=container
RootDirectory=/var/lib/machines/debian-tree
VSockCID=4294967295
State=running
UID=0
`,
};

t.test(
  'every resource has facts in the language, and every one of the language is in the table',
  async (t) => {
    t.same(Object.keys(resources).toSorted(), Object.keys(resourceFacts).toSorted());
  },
);

t.test('units shown in one call are told apart by their place, in any order of the properties', async (t) => {
  const stdout = `Result=success
NRestarts=1
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=disabled

ActiveState=inactive
SubState=dead
LoadState=not-found
UnitFileState=
Result=success
NRestarts=0
`;
  const first: Asked = { name: 'systemd-nspawn@debian-tree', facts: ['active'], options: {} };
  const facts = ['active', 'sub', 'restarts', 'enabled'];
  t.match(read('unit', first.name, facts, { stdout: stdout.split('\n\n')[0] ?? '' }), {
    exists: true,
    values: { active: 'active', sub: 'running', restarts: '1', enabled: 'disabled' },
  });
  const second = read('unit', 'nope', facts, { stdout }, [first]);
  t.match(second, { exists: false, values: { active: 'inactive' } });
  t.equal(second.values['enabled'], undefined);
});

t.test('a unit that runs on without its file is there', async (t) => {
  const stdout = 'LoadState=not-found\nActiveState=active\n';
  t.match(read('unit', 'gone.service', ['active'], { stdout }), { exists: true });
});

t.test('a property that was asked for may be empty, and may hold =', async (t) => {
  const stdout = 'LoadState=loaded\nActiveState=active\nEnvironment=A=1 B=2\nWants=\n';
  t.match(read('unit', 'x.service', ['property.Environment', 'property.Wants'], { stdout }).values, {
    'property.Environment': 'A=1 B=2',
    'property.Wants': '',
  });
});

t.test('a bus that hangs or is dead is said, not taken for a unit that is not there', async (t) => {
  const hung = read('unit', 'x', ['active'], { status: 124 });
  t.equal(hung.problem, 'no answer within 5s');
  const stderr = 'Failed to connect to bus: Connection refused\n';
  t.equal(
    read('unit', 'x', ['active'], { status: 1, stderr }).problem,
    'exit 1: Failed to connect to bus: Connection refused',
  );
});

t.test('a name that systemctl would expand or refuses names no unit', async (t) => {
  for (const name of ['*.service', '', 'a?']) {
    t.match(read('unit', name, ['active'], { status: 1 }).problem, /names no unit/);
  }
});

for (const [version, text] of Object.entries(shown)) {
  t.test(`a nested machine has the state of its own system (systemd ${version})`, async (t) => {
    const stdout = `${text}\n== system\nstarting\na{ss} 3 "PRETTY_NAME" "Debian \\"12\\"" "ID" "debian" "VERSION_ID" "12"\n`;
    const seen = read('machine', 'debian-tree', ['state', 'class', 'os', 'version'], { stdout });
    t.match(seen, { exists: true, values: { state: 'starting', class: 'container', os: 'debian' } });
    t.same(seen.values['version'], { version: '12' });
  });
}

t.test('a machine whose bus does not answer yet has no state', async (t) => {
  const stdout = `${shown['262']}\n== system\n`;
  const stderr = 'Failed to connect to system scope bus via machine transport: Host is down\n';
  const seen = read('machine', 'debian-tree', ['state'], { stdout, stderr });
  t.equal(seen.exists, true);
  t.equal(seen.values['state'], undefined);
  t.match(seen.problem, /Host is down/);
});

t.test('a machine that machined does not know is not there; after it was, waiting is over', async (t) => {
  const stderr = "Could not get path to machine: No machine 'debian-tree' known\n";
  const seen = read('machine', 'debian-tree', ['state'], { status: 1, stderr });
  t.match(seen, { exists: false, problem: undefined });
  t.equal(resources.machine.over?.(seen, ['state'], undefined), undefined);
  t.equal(resources.machine.over?.(seen, ['state'], { exists: true, values: {} }), 'the machine is gone');
  const coming = read('machine', 'debian-tree', ['state'], {
    status: 1,
    stderr,
    stdout: 'it comes or goes\n',
  });
  t.equal(resources.machine.over?.(coming, ['state'], { exists: true, values: {} }), undefined, 'it reboots');
});

t.test('a unit that failed ends a wait for it; one that is to be restarted does not', async (t) => {
  t.match(over('failed'), /failed/);
  t.equal(over('activating'), undefined);
  t.equal(over('inactive'), undefined);
});

t.test(
  'a boot took the time from the start of userspace in a machine, of the kernel on a computer',
  async (t) => {
    const machine = `FirmwareTimestampMonotonic=0
KernelTimestamp=
UserspaceTimestampMonotonic=856594480
FinishTimestampMonotonic=857471996
NJobs=0
SystemState=running
`;
    t.match(read('system', 'running', ['state', 'took'], { stdout: machine }).values, {
      state: 'running',
      jobs: '0',
      took: '878ms',
    });
    const computer = `FirmwareTimestampMonotonic=2000000
KernelTimestamp=Tue 2026-11-24 02:58:42 UTC
UserspaceTimestampMonotonic=1000000
FinishTimestampMonotonic=61500000
SystemState=degraded
`;
    t.equal(read('system', 'running', ['took'], { stdout: computer }).values['took'], '63.500s');
    const booting = machine.replace('857471996', '0');
    t.equal(read('system', 'running', ['took'], { stdout: booting }).values['took'], undefined);
  },
);

t.test('failed units are listed by name', async (t) => {
  const stdout =
    'SystemState=degraded\n\n== failed units\nsystemd-modules-load.service loaded failed failed Load Kernel Modules\n';
  t.same(read('system', 'running', ['failed-units'], { stdout }).values['failed-units'], {
    counted: ['systemd-modules-load.service'],
  });
});

t.test('without systemd as PID 1 the system is offline', async (t) => {
  const stderr = "System has not been booted with systemd as init system (PID 1). Can't operate.\n";
  t.match(read('system', 'running', ['state'], { status: 1, stderr }), {
    exists: false,
    values: { state: 'offline' },
  });
});

t.test('a mount is the newest on exactly its path, its escapes undone', async (t) => {
  const stdout = `22 1 0:21 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a
23 22 0:22 / /mnt/a\\040b rw - tmpfs first rw
24 23 0:23 / /mnt/a\\040b ro,nosuid - tmpfs none rw,size=4k
`;
  t.match(read('mount', '/mnt/a b/', ['type'], { stdout }), {
    values: { type: 'tmpfs', source: 'none', options: { items: ['ro', 'nosuid', 'size=4k'] } },
  });
  t.equal(read('mount', '/mnt', ['type'], { stdout }).exists, false);
});

t.test('ports are read with their addresses, and a connection is no listener', async (t) => {
  const stdout = `/proc/net/tcp:   sl  local_address rem_address   st
/proc/net/tcp:   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1
/proc/net/tcp:   1: 0100007F:0050 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 2 1
/proc/net/tcp6:   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0 0 0
/proc/net/udp:   3: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 3 1
`;
  t.match(read('port', '22/tcp', ['address'], { stdout }), {
    exists: true,
    values: { listening: 'true', address: { items: ['127.0.0.1', '::1'] } },
  });
  t.match(read('port', '80/tcp', ['listening'], { stdout }), {
    exists: false,
    values: { listening: 'false' },
  });
  t.match(read('port', '53/udp', ['listening'], { stdout }).values, { address: { items: ['0.0.0.0'] } });
  t.equal(read('port', '53/tcp', ['listening'], { stdout }).values['listening'], 'false');
  t.match(read('port', 'ssh', ['listening'], { stdout }).problem, /22\/tcp/);
});

t.test('the version of a command is the first dotted one, else the first number', async (t) => {
  t.same(version('systemd 252 (252.39-1~deb12u2)\n+PAM +AUDIT\n'), { version: '252.39' });
  t.same(version('This is perl 5, version 36, subversion 0 (v5.36.0)\n'), { version: '5.36.0' });
  t.same(version('less 590\n'), { version: '590' });
  t.equal(version('x: bad option\n'), undefined);
});

/** Why a wait for a unit ends that is seen to be in this state. */
function over(active: string): string | undefined {
  return resources.unit.over?.({ exists: true, values: { active } }, ['active'], undefined);
}

function version(said: string): unknown {
  const stdout = `/usr/bin/x\n== version\n${said}`;
  return read('command', 'x', ['version'], { stdout }).values['version'];
}

t.test('a unit that is not there is told from one that is at rest', (t) => {
  const values = { active: 'inactive', count: '0' };
  t.equal(wordSeen({ exists: true, values }, 'active'), 'inactive');
  t.equal(wordSeen({ exists: false, values }, 'active'), 'inactive: it is not there');
  t.equal(wordSeen({ exists: false, values }, 'count'), '0');
  t.end();
});

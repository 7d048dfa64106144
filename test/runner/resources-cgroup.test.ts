/** What the reader of control groups sees in the outputs of its tools, under v2 and under v1. */
import t from 'tap';
import { resources } from '../../runner/resources/index.ts';
import type { Asked, Seen } from '../../runner/resources/resource.ts';
import { wordExists, wordSeen } from '../../runner/resources/word.ts';

function read(asked: Asked, stdout: string, all: readonly Asked[] = [asked]): Seen {
  const context = { stepStartedAtMs: 0, toolTimeoutMs: 5000, all };
  return resources.cgroup.read({ stdout, stderr: '', status: 0 }, asked, context);
}

const web: Asked = { name: 'web', facts: ['property.memory.max', 'property.cgroup.procs'], options: {} };
const slice: Asked = { name: 'system.slice', facts: ['property.memory.limit_in_bytes'], options: {} };
const showWeb = 'ActiveState=active\nLoadState=loaded\nControlGroup=/system.slice/web.service\n';
const showSlice = 'ActiveState=active\nLoadState=loaded\nControlGroup=/system.slice\n';

t.test('under v2 a file is read line by line, and an empty one is there', (t) => {
  const stdout = `${showWeb}
== groups
group\t/sys/fs/cgroup\t/system.slice/web.service
file\t/sys/fs/cgroup/system.slice/web.service/memory.max
file\t/sys/fs/cgroup/system.slice/web.service/cgroup.procs
/sys/fs/cgroup/system.slice/web.service/memory.max:268435456
/sys/fs/cgroup/system.slice/web.service/cgroup.procs:12
/sys/fs/cgroup/system.slice/web.service/cgroup.procs:13
`;
  const seen = read(web, stdout);
  t.same(seen, {
    exists: true,
    values: { 'property.memory.max': '268435456', 'property.cgroup.procs': '12\n13' },
  });
  const emptied = read(web, stdout.replace(/^.*procs:.*\n.*\n/m, ''));
  t.equal(wordSeen(emptied, 'property.cgroup.procs'), '');
  t.end();
});

t.test('under v1 a group is looked for in each hierarchy, and a file keeps its own name', (t) => {
  const stdout = `${showWeb}
${showSlice}
== groups
group\t/sys/fs/cgroup/systemd\t/system.slice/web.service
group\t/sys/fs/cgroup/memory\t/system.slice
group\t/sys/fs/cgroup/systemd\t/system.slice
file\t/sys/fs/cgroup/memory/system.slice/memory.limit_in_bytes
/sys/fs/cgroup/memory/system.slice/memory.limit_in_bytes:9223372036854771712
`;
  t.equal(
    wordSeen(read(slice, stdout, [web, slice]), 'property.memory.limit_in_bytes'),
    '9223372036854771712',
  );
  t.equal(
    wordSeen(read(web, stdout, [web, slice]), 'property.memory.max'),
    'not readable: no memory.max, cgroup.procs in /sys/fs/cgroup/systemd/system.slice/web.service',
  );
  t.end();
});

t.test('a controller that is not there is said to be missing', (t) => {
  const stdout = `${showWeb}
== groups
group\t/sys/fs/cgroup\t/system.slice/web.service
file\t/sys/fs/cgroup/system.slice/web.service/cgroup.controllers
`;
  t.equal(
    wordSeen(read({ ...web, facts: ['property.memory.max'] }, stdout), 'property.memory.max'),
    'not readable: no memory.max in /sys/fs/cgroup/system.slice/web.service; its controllers: none',
  );
  t.end();
});

t.test('a unit that does not run has no control group', (t) => {
  const stdout = 'ActiveState=inactive\nLoadState=loaded\nControlGroup=\n\n== groups\n';
  t.equal(wordExists(read(web, stdout)), 'not there: the unit is inactive');
  t.equal(wordSeen(read(web, stdout), 'property.memory.max'), 'not there: the unit is inactive');
  t.equal(wordExists(read(web, stdout.replace('loaded', 'not-found'))), 'not there: there is no such unit');
  t.match(read({ ...web, name: '*.service' }, '').problem, /names no unit/);
  t.match(read(web, 'System has not been booted\n').problem, /not been booted/);
  t.end();
});

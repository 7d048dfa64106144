/** Resources of a booted machine, and of one booted inside it. */
import { setTimeout as sleep } from 'node:timers/promises';

import t from 'tap';

import { startMachine, type NspawnMachine } from '../../runner/backends/nspawn/machine.ts';
import { findHierarchies } from '../../runner/capsule/hierarchy.ts';
import { openRun, type RunScope } from '../../runner/capsule/run-scope.ts';
import type { Session } from '../../runner/machine.ts';
import type { CheckRequest, CheckResult } from '../../runner/resources/evaluate.ts';
import type { Seen } from '../../runner/resources/resource.ts';
import { openSession } from '../../runner/session/index.ts';
import { check, evaluateHere, wordResults } from '../runner/resources-shell.ts';
import { testImage } from './image.ts';

type Checks = Parameters<typeof evaluateHere>[0];
const { signal } = new AbortController();

for (const image of ['debian-12', 'debian-13']) {
  const missing =
    process.getuid?.() !== 0 ? 'needs root' : (await testImage(image)) === undefined ? 'no image' : false;
  t.test(`all that systemd knows is seen in ${image}`, { skip: missing, timeout: 120_000 }, async (t) => {
    await using run = await openRun({ jobs: 1 });
    await using machine = await boot(run, image);
    await using session = await machine.session('#checks', signal);
    const look = (checks: Checks, more: Partial<CheckRequest> = {}) =>
      evaluateHere(checks, { session, ...more });
    const holds = async (checks: Checks, more: Partial<CheckRequest> = {}) => {
      const results = await look(checks, more);
      t.ok(
        results.every(({ ok }) => ok),
        wordResults(results),
      );
    };

    await holds([
      check({ system: 'running', 'failed-units': '0', took: '< 60s', jobs: '0' }),
      check({ unit: 'dbus.service', active: 'active', sub: 'running', result: 'success', restarts: '0' }),
      check({ unit: 'systemd-journald', enabled: 'static', 'property.Restart': 'always' }),
      check({ unit: 'nope.service', exists: 'false', active: 'inactive' }),
      check({ machine: 'nest', exists: 'false' }),
      check({ process: 'systemd-journald', count: '1', owner: 'root' }),
      check({ mount: '/sys/fs/cgroup', type: 'cgroup2', options: 'nosuid' }),
      check({ journal: 'dbus.service', contains: 'Started', lacks: 'no such text' }),
      check({ journal: 'nope.service', exists: 'false' }),
      check({ package: 'systemd', version: '>= 247' }),
      check({ command: 'systemctl', version: '>= 247' }),
      check({ interface: 'lo', address: '127.0.0.1' }),
      check({ user: 'root', groups: ['root'], shell: '/bin/bash' }),
    ]);

    await type(session, 'echo before | systemd-cat -t x; journalctl --sync');
    const stepStartedAtMs = Date.now();
    await type(session, 'echo after | systemd-cat -t x -p err; systemd-run -q --unit bad --wait false');
    await holds(
      [
        check({ journal: '*', since: 'step', contains: 'after', lacks: 'before' }),
        check({ journal: '*', since: 'boot', contains: ['before', 'after'] }),
        check({ journal: '*', priority: 'err', contains: 'after', lacks: 'before' }),
        check({ system: 'degraded', 'failed-units': 'bad.service' }),
        check({ unit: 'bad', active: 'failed', result: 'exit-code' }),
      ],
      { stepStartedAtMs },
    );
    t.match(await look([check({ unit: 'bad' })]), [{ ok: false, actual: 'failed', over: /failed/ }]);

    await type(session, startServer);
    await holds([
      check({ http: 'http://localhost:8080/', status: '200', body: 'hello' }),
      check({ http: 'http://localhost:8081/', exists: 'false' }),
    ]);

    await checkNested(t, session, look);
    await checkGroups(t, session, look);

    process.kill(machine.leader(), 'SIGSTOP');
    const stopped = await look([check({ unit: 'dbus.service' }), check({ user: 'root' })], {
      toolTimeoutMs: 500,
    });
    process.kill(machine.leader(), 'SIGCONT');
    t.equal(
      wordResults(stopped),
      `NOT unit dbus.service active: not readable: no answer within 0.5s (active)
ok  user root exists: there (there)`,
    );
  });
}

/** A machine inside the machine: not there, starting, running, gone. */
async function checkNested(
  t: Pick<typeof import('tap').t, 'ok' | 'equal' | 'match'>,
  session: Session,
  look: (checks: Checks, more?: Partial<CheckRequest>) => Promise<readonly CheckResult[]>,
): Promise<void> {
  const history = new Map<string, Seen>();
  const until = Date.now() + 40_000;
  await type(session, 'systemctl start systemd-nspawn@nest');
  let [state] = await look([check({ machine: 'nest' })], { history });
  while (state?.ok !== true && state?.over === undefined && Date.now() < until) {
    await sleep(100);
    [state] = await look([check({ machine: 'nest' })], { history });
  }
  t.match(state, { ok: true, actual: 'running', over: undefined });
  const more = await look([check({ machine: 'nest', class: 'container', os: 'debian', version: '>= 12' })]);
  t.ok(
    more.every(({ ok }) => ok),
    wordResults(more),
  );
  await type(
    session,
    'machinectl terminate nest; while machinectl show nest >/dev/null 2>&1; do sleep 0.1; done',
  );
  t.match(await look([check({ machine: 'nest' })], { history }), [
    { ok: false, actual: 'not there', over: 'the machine is gone' },
  ]);
}

/** Each connection has a shell that answers it. */
const startServer = String.raw`cd /run/systemd/system
printf '[Socket]\nListenStream=8080\nAccept=yes\n' >web.socket
printf '[Service]\nStandardInput=socket\nExecStart=sh /run/web\n' >web@.service
echo "sed '/^.$/q' >/dev/null; printf 'HTTP/1.0 200 OK\r\n\r\nhello'" >/run/web
systemctl daemon-reload && systemctl start web.socket`;

/** Control groups under v2, and in a hierarchy of v1 where this computer has one. */
async function checkGroups(
  t: Pick<typeof import('tap').t, 'equal' | 'match'>,
  session: Session,
  look: (checks: Checks) => Promise<readonly CheckResult[]>,
): Promise<void> {
  await type(session, 'systemd-run -q --unit limited -p MemoryMax=64M sleep infinity');
  const seen = await look([
    check({ cgroup: 'limited', 'property.cgroup.type': 'domain', 'property.cgroup.procs': '<:int>' }),
    check({ cgroup: 'system.slice' }),
    check({ cgroup: '-.slice' }),
    check({ cgroup: 'nope.service', exists: 'false' }),
    check({ cgroup: 'nope.service' }),
    check({ cgroup: 'bad.service' }),
    check({ cgroup: 'limited', 'property.no.such': '1' }),
  ]);
  t.match(
    wordResults(seen),
    /^(ok .*\n){5}NOT .*: not there: there is no such unit .*\nNOT .*: not there: the unit is failed .*\nNOT .* no no\.such in/,
  );
  const memory = findHierarchies().controllers.get('memory');
  if (memory === undefined) {
    const limit = await look([check({ cgroup: 'limited', 'property.memory.max': '64M' })]);
    t.equal(wordResults(limit), 'ok  cgroup limited property.memory.max: 67108864 (64M)');
    return;
  }
  const [none] = await look([check({ cgroup: 'limited', 'property.memory.max': '64M' })]);
  t.match(
    none?.actual,
    /^not readable: no memory\.max in \/sys\/fs\/cgroup\/system\.slice\/limited\.service; its controllers: /,
  );
  // Of the machine's own group, which its limit has made, so that it goes with the machine.
  await type(
    session,
    'mkdir /run/v1 && mount -t cgroup -o memory cgroup /run/v1 && mkdir -p /run/v1/system.slice/limited.service && echo 64M >/run/v1/system.slice/limited.service/memory.limit_in_bytes',
  );
  const limit = await look([check({ cgroup: 'limited', 'property.memory.limit_in_bytes': '64M' })]);
  t.equal(wordResults(limit), 'ok  cgroup limited property.memory.limit_in_bytes: 67108864 (64M)');
}

async function boot(run: RunScope, name: string): Promise<NspawnMachine> {
  const image = await testImage(name);
  if (image === undefined) throw new Error(`no image ${name}`);
  const started = await startMachine({
    run,
    name: 'resources',
    image,
    trees: [{ path: '/var/lib/machines/nest', image }],
    spec: { init: true, bootTimeoutMs: 60_000, diskBytes: 1024 ** 3, memoryBytes: 1024 ** 3, user: 'root' },
    openSession,
    onConsole: () => {},
    signal,
  });
  if (!started.ok) throw new Error(JSON.stringify(started.failure));
  return started.machine;
}

async function type(session: Session, text: string): Promise<void> {
  await session.run(text, { signal, timeoutMs: 30_000, outputLimitBytes: 1024 ** 2 });
}

/** Which controllers of cgroup v2 reach a job, and what is said where they cannot. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import t from 'tap';

import { handDown } from '../../runner/capsule/hand-down.ts';
import { controllerFact } from '../../runner/facts/cgroups.ts';

const offers = { 'cgroup.controllers': 'cpuset cpu io memory pids\n', 'cgroup.subtree_control': 'memory\n' };

t.test('controllers are handed down from the very top, whatever its systemd needs itself', async (t) => {
  const top = t.testdir({ ...offers, a: { 'cgroup.controllers': 'cpu pids\n', b: offers } });
  handDown(top, ['a', 'b']);
  // Written one by one: a file of the kernel takes each, ours keeps the last.
  for (const [group, last] of Object.entries({ '.': '+io', a: '+pids', 'a/b': '+io' }))
    t.equal(readFileSync(join(top, group, 'cgroup.subtree_control'), 'utf8'), last, group);
});

t.test('a controller that cannot come down is none', async (t) => {
  const fact = (files: object): ReturnType<typeof controllerFact> =>
    controllerFact('cpu', {
      kind: 'v2',
      unified: t.testdir({ 'cgroup.procs': '1\n', ...offers, ...files }),
      systemd: undefined,
      controllers: new Map(),
    });
  t.match(fact({}), { ok: true, found: /in cgroup v2 at/ }, 'the top of all');
  const lower = { 'cgroup.type': 'domain\n' };
  t.match(fact(lower), { ok: false, found: /has processes of its own/, fix: /--cgroupns=host/ });
  t.match(fact({ ...lower, 'cgroup.procs': '' }), { ok: true });
  t.match(fact({ ...lower, 'cgroup.subtree_control': 'cpu memory\n' }), { ok: true });
  t.match(fact({ 'cgroup.controllers': 'memory\n' }), {
    ok: false,
    found: /the kernel offers no controller/,
  });
});

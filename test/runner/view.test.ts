/** Which hierarchies a job's machines see, and which images cannot boot with them. */
import t from 'tap';

import type { Hierarchies } from '../../runner/capsule/hierarchy.ts';
import {
  nestedEnvironment,
  nspawnArguments,
  nspawnEnvironment,
} from '../../runner/backends/nspawn/arguments.ts';
import { unmetByImages, v1Needs } from '../../runner/view.ts';

const at = { file: 'x.yaml', line: 1, column: 1 };
const memory = [
  { name: 'nspawn', at },
  { name: 'controller-memory', at },
];
const io = [
  {
    any: [
      { name: 'kvm', at },
      { name: 'controller-io', at },
    ],
    at,
  },
];

/** A computer whose v2 offers these controllers, and whose v1 has memory and blkio. */
function hybrid(directory: string): Hierarchies {
  const controllers = new Map([
    ['memory', '/v1/memory'],
    ['blkio', '/v1/blkio'],
  ]);
  return { kind: 'hybrid', unified: directory, systemd: '/v1/systemd', controllers };
}

function image(name: string, systemd: string | undefined): Parameters<typeof unmetByImages>[1][number] {
  const labels = { systemd, systemdFull: systemd, os: 'debian' };
  return { image: { name, hash: '', layers: [], labels }, trees: [] };
}

t.test('a machine sees of v1 what is asked for and bound to it', async (t) => {
  const none = hybrid(t.testdir({ 'cgroup.controllers': '\n' }));
  t.same(v1Needs([{ name: 'nspawn', at }], none), []);
  t.same(v1Needs(memory, none), ['memory']);
  t.same(v1Needs(io, none), ['blkio'], 'as v1 calls it');
  t.same(v1Needs([{ name: 'controller-pids', at }], none), [], 'nobody has it');
  const offered = hybrid(t.testdir({ 'cgroup.controllers': 'cpu memory\n' }));
  t.same(v1Needs(memory, offered), []);
});

t.test('an image whose systemd knows v2 only is not for such a job', async (t) => {
  const none = hybrid(t.testdir({ 'cgroup.controllers': '\n' }));
  const images = [image('old', '252'), image('rootonly', undefined), image('new', '257')];
  t.equal(unmetByImages(memory, images.slice(0, 2), none), undefined);
  t.match(
    unmetByImages(memory, images, none),
    /^needs controller-memory: .* systemd 257 of new .*to get it: boot with/,
  );
  t.equal(unmetByImages([{ name: 'nspawn', at }], images, none), undefined);
});

t.test('a booted machine sees a proc and a sysfs that nothing masks, for those in it', async (t) => {
  const machine = { name: 'm', root: '/r', network: 'own' } as const;
  const binds = (booted: boolean): readonly string[] =>
    nspawnArguments({ ...machine, booted }).filter((word) => word.startsWith('--bind='));
  t.same(binds(true), ['--bind=/proc:/run/host/proc:norbind', '--bind=/sys:/run/host/sys:norbind']);
  t.same(binds(false), []);
});

t.test('BPF is for engines, whatever systemd-nspawn thinks of it', async (t) => {
  const machine = { name: 'm', root: '/r', network: 'own', booted: true } as const;
  t.ok(nspawnArguments(machine).includes('--system-call-filter=~bpf'));
  t.ok(nspawnArguments({ ...machine, engine: true }).includes('--system-call-filter=@keyring bpf'));
});

t.test('a tree without systemd gets the view that its machine has', async (t) => {
  t.same(nestedEnvironment(), { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' });
  t.same(nestedEnvironment(['memory']), {});
});

t.test('controllers of v1 are writable before PID 1 starts', async (t) => {
  const machine = { name: 'm', root: '/r', booted: true, network: 'own' } as const;
  t.equal(nspawnArguments(machine).at(-1), '--boot');
  t.same(nspawnArguments({ ...machine, v1: ['memory'] }).slice(-3), [
    '/bin/sh',
    '-c',
    'mount -o remount,bind,rw /sys/fs/cgroup/memory; exec /sbin/init',
  ]);
  t.same(nspawnEnvironment({ network: 'own', booted: true, v1: ['memory'] }), {});
  t.same(nspawnEnvironment({ network: 'capsule', booted: true, v1: ['memory'] }), {
    SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
  });
  t.same(nspawnEnvironment({ network: 'own', booted: false, v1: ['memory'] }), { SYSTEMD_SECCOMP: '0' });
});

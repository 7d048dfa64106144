/** What is new after a job on this computer: the job's, somebody else's, or allowed. */
import t, { type Test } from 'tap';
import { describeFailure } from '../../src/describe-failure.ts';
import {
  leakFailures,
  newThings,
  sortLeaks,
  wordOthers,
  wordUnusedLeave,
  type Thing,
} from '../../src/leaks.ts';
import type { LeakKind } from '../../src/scenario/leaves.ts';
import { messagesOf, scenarioOf } from './parse-check.ts';

const head = 'title: A\nmachine: host\nsteps: [{run: x}]\n';

function leavesOf(text: string) {
  return scenarioOf(`${head}leaves: ${text}`).leaves ?? [];
}

interface Case {
  readonly words?: string;
  readonly alone?: boolean;
  readonly leaves?: string;
}

/** `left` or `other` for each thing that is new. */
function checkSorted(t: Test, things: readonly Thing[], by: Case, left: string, others = ''): void {
  const { words = '', alone = true, leaves = '[]' } = by;
  const found = sortLeaks(things, { words, alone, leaves: leavesOf(leaves) });
  t.equal(found.left.map(({ name }) => name).join(' '), left, JSON.stringify(by));
  t.equal(found.others.map(({ name }) => name).join(' '), others, JSON.stringify(by));
}

const mount: Thing = { kind: 'mount', name: '/mnt/x', detail: 'tmpfs', also: ['/mnt/x', 'none'] };
const file: Thing = { kind: 'file', name: '/tmp/tmp.Ab1', common: true };
const sleep: Thing = { kind: 'process', name: 'sleep', detail: 'pid 7: sleep 9' };

t.test('a process of the job is its own; what is rare is as well while it is alone', async (t) => {
  checkSorted(t, [sleep, mount], {}, 'sleep /mnt/x');
  checkSorted(t, [sleep, mount], { alone: false }, 'sleep', '/mnt/x');
  checkSorted(t, [mount], { alone: false, words: 'mount -t tmpfs none /mnt/x' }, '/mnt/x');
});

t.test('what others make all the time is the job’s where it names it, as a whole word', async (t) => {
  checkSorted(t, [file], {}, '', '/tmp/tmp.Ab1');
  for (const words of ['d=/tmp/tmp.Ab1', 'cd /tmp; touch tmp.Ab1', "'/tmp/tmp.Ab1'\nx"])
    checkSorted(t, [file], { words }, '/tmp/tmp.Ab1');
  for (const words of ['/tmp/tmp.Ab12', '/tmp/tmp.Ab1-2', 'xtmp.Ab1'])
    checkSorted(t, [file], { words }, '', '/tmp/tmp.Ab1');
  const folder: Thing = { kind: 'file', name: '/run/mount', common: true };
  checkSorted(t, [folder], { words: 'mount -t tmpfs none /mnt' }, '', '/run/mount');
  checkSorted(t, [folder], { words: 'mkdir /run/mount' }, '/run/mount');
  const service: Thing = { kind: 'unit', name: 'nginx.service', common: true };
  checkSorted(t, [service], { words: 'systemctl start nginx' }, 'nginx.service');
  checkSorted(t, [service], { words: 'echo' }, '', 'nginx.service');
});

t.test('what managers of logins and containers make is theirs, unless the job names it', async (t) => {
  const kinds: readonly (readonly [LeakKind, string])[] = [
    ['mount', '/run/user/1000'],
    ['mount', '/var/lib/docker/overlay2/x/merged'],
    ['unit', 'session-3.scope'],
    ['unit', 'user-runtime-dir@1000.service'],
    ['link', 'veth12ab34c'],
  ];
  for (const [kind, name] of kinds) checkSorted(t, [{ kind, name }], {}, '', name);
  checkSorted(
    t,
    [{ kind: 'link', name: 'veth12ab34c' }],
    { words: 'ip link add veth12ab34c' },
    'veth12ab34c',
  );
  checkSorted(t, [{ kind: 'link', name: 'veth-mine' }], {}, 'veth-mine');
  const snap = { kind: 'loop-device', name: '/dev/loop7', also: ['/var/lib/snapd/snaps/x.snap'] } as const;
  checkSorted(t, [snap], {}, '', '/dev/loop7');
});

t.test('leaves allows by name or glob, of the same kind; what it names in vain is told', async (t) => {
  const loop: Thing = { kind: 'loop-device', name: '/dev/loop3', also: ['/srv/disk'] };
  const words = 'tmp.Ab1';
  checkSorted(
    t,
    [file, loop, sleep],
    { words, leaves: '[{file: /tmp/tmp.*}, {loop-device: /srv/disk}]' },
    'sleep',
  );
  checkSorted(t, [file], { words, leaves: '{process: "*"}' }, '/tmp/tmp.Ab1');
  checkSorted(t, [file], { words, leaves: '{file: /tmp/*.b}' }, '/tmp/tmp.Ab1');
  const leaves = leavesOf('[{process: sleep}, {link: v0}]');
  const { left, unused } = sortLeaks([sleep, mount], { leaves, words, alone: true });
  t.same(unused.map(wordUnusedLeave), ['"leaves" names what was not left: link v0']);
  t.same(leakFailures(left, leaves).map(describeFailure), [
    'left behind: expected nothing but process sleep, link v0, saw mount /mnt/x (tmpfs)',
  ]);
  t.same(leakFailures([], leaves), []);
});

t.test('new is what there is more of than before', async (t) => {
  const other: Thing = { ...mount, name: '/mnt/y' };
  t.same(newThings([mount, file], [other, file, mount]), [other]);
  t.same(newThings([mount], [mount, mount]), [mount], 'one mounted over the other');
  t.same(newThings([mount], []), []);
});

t.test('of others the first few are named', async (t) => {
  t.equal(wordOthers([], 'this very computer'), undefined);
  const many = Array.from({ length: 22 }, (_, at): Thing => ({ kind: 'file', name: `/tmp/${at}` }));
  t.match(
    wordOthers(many, 'this very computer'),
    /not known to be of this job: file \/tmp\/0, .*file \/tmp\/19 and 2 more things$/,
  );
});

t.test('what is wrong in leaves is told at its place', async (t) => {
  const check = (text: string, expected: readonly string[]): void => {
    t.same(messagesOf(`${head}leaves: ${text}`), expected);
  };
  check('[]', []);
  check('[{fiel: /tmp/x}]', ['4:11: unknown kind "fiel"']);
  check('[{file: /tmp/x, mount: /mnt}]', ['4:25: "file" stands before this one']);
  check('[{}]', ['4:10: this names nothing that is left']);
  check('[/tmp/x]', ['4:10: what is left must be a map, not a text']);
  t.same(messagesOf(`${head.replace('host', 'debian-12')}leaves: []`), [
    '4:1: "leaves" means nothing beside a throwaway machine',
  ]);
});

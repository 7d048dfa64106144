/** What jobs leave on this computer, seen in namespaces of their own, so that nothing of it is ever there. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readLog } from '../../reports/jsonl.ts';
import { readLinks, readMounts } from '../../runner/leak-snapshot.ts';
import { foldEvents } from '../../src/fold.ts';
import type { JobResult, StepResult } from '../../src/result.ts';
import { rootlab, scenarioFolder } from './program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';

/** Mounts and links end with the program; files bear this name, and are removed. */
const inside = 'mount -t tmpfs none /run && mkdir -p /run/systemd/transient /run/systemd/machines';
const walls = ['unshare', '--mount', '--net', 'sh', '-c', `${inside} && exec "$@"`, 'walls'];
const mine = `left-${process.pid}`;
t.teardown(() => {
  for (const name of readdirSync('/tmp'))
    if (name.includes(mine)) rmSync(join('/tmp', name), { recursive: true, force: true });
});

async function runJob(
  t: Test,
  scenario: string,
  status: number,
): Promise<{ job: JobResult; leaks: StepResult | undefined; stdout: string; html: string }> {
  const cwd = scenarioFolder(t, { 'a.yaml': `title: A\nmachine: host\n${scenario}` });
  const words = ['run', '.', '--allow-host', '--output=out', '--reporter=tap', '--jobs=2'];
  const { stdout, stderr, ...ended } = await rootlab(t, words, { cwd, walls });
  t.equal(ended.status, status, stdout + stderr);
  const html = readFileSync(join(cwd, 'out/latest/index.html'), 'utf8');
  const log = join(cwd, 'out/latest/events.jsonl');
  const events = [];
  for await (const event of readLog([readFileSync(log, 'utf8')], log)) events.push(event);
  const [job] = foldEvents(events).jobs;
  if (job === undefined) throw new Error('there is no job');
  return { job, leaks: job.steps.find(({ id }) => id === 'leaks'), stdout, html };
}

const leaving = `steps:
  - run: |
      sleep 4721 &
      setsid sleep 4722 >/dev/null 2>&1 &
      made=$(mktemp -d --suffix=-${mine})
      mount -t tmpfs none "$made"
      cd /tmp && truncate -s 1M ${mine}.disk && mke2fs -q ${mine}.disk && mkdir ${mine}.mounted
      mount -o loop ${mine}.disk ${mine}.mounted
      : as machined and PID 1 do >/run/systemd/machines/tree >/run/systemd/transient/run-u7.service
      : >/run/systemd/transient/session-$((3 - 2)).scope >/run/${mine}
      ip link add left$((1 - 1)) type veth peer name left$((2 - 1))
  - run: sleep 4723
    background: true
cleanup:
  - run: umount ${mine}.mounted && rmdir ${mine}.mounted && mount -o loop ${mine}.disk /mnt
`;

t.test('what a job leaves fails it, after its cleanup, each thing by its name', { skip }, async (t) => {
  const { job, leaks, stdout, html } = await runJob(t, leaving, 1);
  t.equal(job.outcome, 'failed');
  t.equal(job.steps.at(-1)?.id, 'leaks');
  const [failure] = leaks?.failures ?? [];
  const actual = failure?.kind === 'fact' ? failure.actual : '';
  const seen = actual
    .replaceAll(/pid \d+/g, 'pid N')
    .replaceAll(/loop\d+/g, 'loopN')
    .replaceAll(new RegExp(`/tmp/tmp\\.\\w+-${mine}`, 'g'), 'MADE')
    .split('\n');
  t.same(
    seen.toSorted(),
    [
      `file /run/${mine}`,
      `file /tmp/${mine}.disk`,
      'file MADE',
      'link left0',
      'link left1',
      `loop-device /dev/loopN (/tmp/${mine}.disk)`,
      'machine tree',
      'mount /mnt (ext2)',
      'mount MADE (tmpfs)',
      'process sleep (pid N: sleep 4721)',
      'process sleep (pid N: sleep 4722)',
      'unit run-u7.service',
    ],
    'not the background step, which ends with the job, nor what cleanup removed; links by being new',
  );
  t.match(stdout, /not ok \d - Look for what is left behind/);
  for (const part of ['>Left behind</h3>', 'mount /mnt (ext2)']) t.ok(html.includes(part), part);
});

t.test('leaves allows it; what it names in vain is noted', { skip }, async (t) => {
  const leaves =
    `leaves: [process: sleep, mount: /tmp/tmp.*, mount: /mnt, machine: tree, unit: run-u*, link: "left?", loop-device: /tmp/${mine}.disk, ` +
    `file: "/{tmp,run}/{left*,tmp.*}", unit: nothing.service]\n`;
  const { leaks } = await runJob(t, leaves + leaving, 0);
  t.equal(leaks?.outcome, 'passed');
  t.same(leaks?.notes, ['"leaves" names what was not left: unit nothing.service']);
});

t.test('what nobody names is a note, and links are where two jobs type at once', { skip }, async (t) => {
  const both = `matrix: {job: [a, b]}
steps:
  - write: /tmp/${mine}.\${job}
    content: |
      touch /tmp/by-$(hostname | wc -c)-${mine}
      ip link add "v$$" type veth peer name "w$$"
      sleep 0.2
  - run: sh /tmp/${mine}.$job; sleep 4724 & kill $!
cleanup:
  - run: rm /tmp/${mine}.$job
`;
  const { job, leaks } = await runJob(t, both, 0);
  t.equal(leaks, undefined, 'nothing to say, no step');
  t.match(job.notes.join('\n'), /not known to be of this job: .*file \/tmp\/by-\d+-left-\d+/);
  t.match(job.notes.join('\n'), /link v\d+/);
});

t.test('the kernel’s tables are read as it writes them', async (t) => {
  const line = String.raw`36 35 98:0 /mnt1 /mnt/a\040b rw,noatime master:1 - ext3 /dev/root rw,errors=continue`;
  const tmpfs = '37 35 0:9 / /mnt/b rw - tmpfs none rw';
  t.same(readMounts(`${line}\n${tmpfs}\n`), [
    { kind: 'mount', name: '/mnt/a b', detail: 'ext3', also: ['/mnt/a b', '/dev/root'] },
    { kind: 'mount', name: '/mnt/b', detail: 'tmpfs', also: ['/mnt/b'] },
  ]);
  const table = 'Inter-| Receive\n face |bytes\n    lo:  0 0\neth0.1: 7 7\n';
  t.same(
    readLinks(table).map(({ name }) => name),
    ['lo', 'eth0.1'],
  );
});

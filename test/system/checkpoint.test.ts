/** A job that failed goes on from its last checkpoint: all that its machine wrote is there again, and its captures. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { newSince, snapshotComputer } from './computer.ts';
import { testImage } from './image.ts';
import { missingImage } from './needs.ts';
import { rootlab } from './program.ts';

t.setTimeout(180_000);
const skip = await missingImage('debian-12');

/** Removed, replaced, made anew, of another owner only, linked, sparse, with attributes: all that an upper side can hold. */
const make = `
rm /etc/motd; rm -r /etc/apt; mkdir /etc/apt; chown 7 /usr/bin/perl; ln /etc/issue /issue; mkfifo /fifo
truncate -s 8M /sparse; install -m 4711 -o 5 /bin/true /setuid; mv /usr/share/dict /moved; echo x >/var/lib/machines/tree/x
rm /var/lib/machines/tree/etc/issue; touch -d @1000000000.5 /old; echo caught`;
const look = `
test ! -e /etc/motd && test -z "$(ls /etc/apt)" && test "$(stat -c '%u %s' /usr/bin/perl)" = "$size" && perl -e 'exit 0' &&
test /issue -ef /etc/issue && test -p /fifo && test "$(stat -c '%a %u' /setuid)" = '4711 5' && test -d /moved -a ! -e /usr/share/dict &&
test "$(stat -c '%s %b' /sparse)" = '8388608 0' && test "$(stat -c %.1Y /old)" = 1000000000.5 &&
test "$(ls -A /var/lib/machines/tree/x)" && test ! -e /var/lib/machines/tree/etc/issue && test -e /var/lib/machines/tree/etc/passwd`;

const indented = (text: string): string => text.trim().replaceAll(/^/gm, '      ');
const scenario = (verdict: string): string => `title: Checkpoints
machine:
  image: base
  trees: {path: /var/lib/machines/tree, image: base}
prepare:
  - {id: before, run: mkdir -p /usr/share/dict, checkpoint: true}
steps:
  - id: make
    run: |
${indented(make)}
    expect: <word>
    checkpoint: true
  - run: stat -c '7 %s' /usr/bin/perl
    expect: <size:/.*/>
    checkpoint: true
    id: size
  - id: look
    run: |
${indented(look)}
  - {id: word, run: test "$word" = caught}
  - {id: verdict, run: ${verdict}}
`;

t.test('files, trees and captures are there again after a failure', { skip }, async (t) => {
  const image = await testImage('debian-12');
  const cwd = t.testdir({
    'rootlab.yaml': `images: [{name: base, directory: "${image?.layers[0] ?? ''}"}]\n`,
    cache: {},
  });
  const before = snapshotComputer();
  const env = { ROOTLAB_CACHE: join(cwd, 'cache') };
  const run = async (text: string, ...more: readonly string[]) => {
    writeFileSync(join(cwd, 'a.yaml'), text);
    const words = ['run', 'a.yaml', '--checkpoints', '--reporter=tap', '--output=out', ...more];
    const { status, stdout, stderr } = await rootlab(t, words, { cwd, env });
    const log = readFileSync(join(cwd, 'out/latest/events.jsonl'), 'utf8').trimEnd().split('\n');
    const ends: string[] = log
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'step-end')
      .map(({ step, outcome }) => `${step} ${outcome}`);
    return { status, ends, log: log.join('\n'), said: stdout + stderr };
  };
  const held = (): number =>
    readdirSync(join(cwd, 'cache/checkpoints')).flatMap((job) =>
      readdirSync(join(cwd, 'cache/checkpoints', job)),
    ).length;
  const restored = ['before skipped', 'make skipped', 'size skipped', 'look passed', 'word passed'];

  const first = await run(scenario('false'));
  t.equal(first.status, 1, first.said);
  t.same(first.ends.slice(1, 6), [
    'before passed',
    'make passed',
    'size passed',
    'look passed',
    'word passed',
  ]);
  t.match(first.log, /"step":"make","text":"checkpoint kept: /);
  t.equal(held(), 3);

  const again = await run(scenario('false'));
  t.equal(again.status, 1, again.said);
  t.same(again.ends.slice(1), [...restored, 'verdict failed']);
  t.match(again.log, /"reason":"its files come from the checkpoint after \\"size\\""/);
  t.match(again.log, /the job goes on from the checkpoint after \\"size\\"/);

  const mended = await run(scenario('true'));
  t.equal(mended.status, 0, mended.said);
  t.same(mended.ends.slice(1), [...restored, 'verdict passed']);
  t.equal(held(), 0, 'a job that passed needs none');

  t.equal((await run(scenario('false'))).ends[1], 'before passed', 'and begins at its beginning');
  t.match(await rootlab(t, ['clean', '--checkpoints'], { cwd, env }), { status: 0 });
  t.equal(held(), 0);
  t.same(newSince(before, snapshotComputer(), 'no other run counts'), {});
});

t.test('what would make checkpoints useless is refused', async (t) => {
  const cwd = t.testdir({ 'a.yaml': 'title: A\nmachine: host\nsteps: [{run: x}]\n' });
  t.match(await rootlab(t, ['run', 'a.yaml', '--checkpoints', '--from=x'], { cwd }), {
    status: 2,
    stderr: /"--checkpoints" cannot stand beside "--from"/,
  });
});

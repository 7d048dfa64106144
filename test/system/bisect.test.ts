/** `git bisect run rootlab run --bisect` finds the commit that broke it, and passes over those that tell nothing. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

import { program, rootlab } from './program.ts';

t.setTimeout(120_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';
const scenario = (more: string): string =>
  `title: It works\nmachine: host\nsteps:\n  - run: test "$(cat state)" != broken\n    cwd: .\n${more}`;

t.test('the first bad commit is found, past one whose scenario cannot be read', { skip }, async (t) => {
  const cwd = t.testdir({ 'rootlab.yaml': 'allow-host: true\n' });
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd, encoding: 'utf8' });
  git('init', '-q');
  const commits = ['fine', 'unreadable', 'fine', 'broken', 'broken', 'broken'].map((state, at) => {
    const text = scenario(state === 'unreadable' ? 'setps: []\n' : '').replace('cwd: .', `cwd: ${cwd}`);
    writeFileSync(join(cwd, 'it.yaml'), text);
    writeFileSync(join(cwd, 'state'), `${state === 'unreadable' ? 'fine' : state}\n`);
    git('add', 'it.yaml', 'state');
    git('commit', '-q', '--allow-empty', '-m', `${at}: ${state}`);
    return git('rev-parse', 'HEAD').trim();
  });
  const run = async (...words: readonly string[]) =>
    rootlab(t, ['run', '--bisect', '--reporter=tap', '--output', join(cwd, 'out'), ...words], { cwd });

  const seen: Record<string, number | null> = {};
  for (const at of [0, 1]) {
    git('checkout', '-q', commits[at] ?? '');
    seen[at] = (await run('it.yaml')).status;
  }
  t.same(seen, { 0: 0, 1: 125 });
  git('bisect', 'start', commits[5] ?? '', commits[0] ?? '');
  const words = [...program, 'run', '--bisect', '--output', join(cwd, 'out'), 'it.yaml'];
  t.match(git('bisect', 'run', ...words), `${commits[3]} is the first bad commit`);
  git('bisect', 'reset');

  t.match(await run('it.yaml', '--imgae=x'), { status: 128, stderr: /unknown option "--imgae"/ });
  t.match(await run('it.yaml', '--dry-run'), { status: 128, stderr: /cannot stand beside "--dry-run"/ });
  // Reset brings back the commit where it began, whose scenario cannot be read.
  t.match(await run('it.yaml'), { status: 125, stderr: /unknown key "setps"[^]*bisect: cannot tell/ });
});

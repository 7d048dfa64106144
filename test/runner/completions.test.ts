/** What a shell completes, as it reads what is written for it. */
import { spawnSync } from 'node:child_process';
import t, { type Test } from 'tap';
import { loadCommands } from '../../runner/commands/all.ts';
import { completions } from '../../runner/harness/completions.ts';
import { missing, strange } from './completions-sample.ts';

/** What bash offers for the last of the words, as it splits them itself. */
async function checkBash(t: Test, words: readonly string[], offered: readonly string[]): Promise<void> {
  const script = `${completions['bash']?.(await loadCommands())}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rootlab 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  t.same(stdout.split('\n').filter(Boolean), offered, words.join(' '));
}

t.test('bash completes commands, options and their values', { skip: missing('bash') }, async (t) => {
  await checkBash(t, ['rootlab', 'li'], ['list', 'lint']);
  await checkBash(t, ['rootlab', 'run', '--sha'], ['--shard=']);
  await checkBash(t, ['rootlab', 'run', '--shuf'], ['--shuffle']);
  await checkBash(t, ['rootlab', 'run', '--keep', '=', 'al'], ['always']);
  await checkBash(t, ['rootlab', 'run', '--keep', '='], ['on-failure', 'always', 'never']);
  await checkBash(t, ['rootlab', 'run', '--shell', 'be'], ['before=']);
  await checkBash(t, ['rootlab', 'run', '--rerun', ''], ['failed']);
  await checkBash(t, ['rootlab', 'clean', '--he'], ['--help']);
});

t.test('every shell reads what is written for it', async (t) => {
  const all = { ...(await loadCommands()), try: strange };
  for (const [shell, write] of Object.entries(completions)) {
    const text = write(all);
    for (const word of ['shuffle', 'try', 'always']) t.match(text, word, `${shell} knows ${word}`);
    if (missing(shell) !== false) continue;
    const { status, stderr } = spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' });
    t.equal(status, 0, `${shell} -n: ${stderr}`);
  }
});

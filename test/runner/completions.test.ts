/** What a shell completes, as it reads what is written for it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
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

t.test('fish completes the same', { skip: missing('fish') }, async (t) => {
  const folder = t.testdir({ 'rootlab.fish': completions['fish']?.(await loadCommands()) ?? '' });
  const checkFish = (line: string, offered: readonly string[]): void => {
    const argv = ['--no-config', '-c', `source ${folder}/rootlab.fish; complete -C ${JSON.stringify(line)}`];
    const { stdout } = spawnSync('fish', argv, { encoding: 'utf8' });
    t.same(
      stdout.split('\n').flatMap((shown) => shown.split('\t')[0] || []),
      offered,
      line,
    );
  };
  checkFish('rootlab li', ['lint', 'list']);
  checkFish('rootlab run --shar', ['--shard']);
  checkFish('rootlab run --keep=al', ['--keep=always']);
  checkFish('rootlab run --rerun ', ['failed']);
  checkFish('rootlab run --shell=be', ['--shell=before=']);
});

/** Types lines with tabs at a prompt of zsh, and waits until what is wanted has been shown. */
const zshTyping = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -d $1/dump; bindkey '^I' complete-word; echo rea''dy"
zpty -r z shown '*ready*'
shift
while (( $# )); do
  zpty -n -w z $'\\x15'"$1"
  zpty -r z shown "*$2*" && echo "$1: $2"
  shift 2
done
zpty -d z`;

t.test('zsh completes the same', { skip: missing('zsh') }, async (t) => {
  const folder = t.testdir({ _rootlab: completions['zsh']?.(await loadCommands()) ?? '' });
  const wanted = [
    ['rootlab li\t', 'List the jobs'],
    ['rootlab run --shar\t', '--shard'],
    ['rootlab run --keep=al\t', 'always'],
    ['rootlab run --rerun \t', 'failed'],
    ['rootlab run -\t', '-j'],
    // The id of a step follows at once.
    ['rootlab run --shell=bef\tboot', '--shell=before=boot'],
  ];
  const { stdout } = spawnSync('zsh', ['-fc', zshTyping, 'zsh', folder, ...wanted.flat()], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.same(
    stdout.split('\n').filter(Boolean),
    wanted.map(([line, shown]) => `${line}: ${shown}`),
  );
});

t.test('every shell reads what is written for it', async (t) => {
  const all = { ...(await loadCommands()), try: strange };
  for (const [shell, write] of Object.entries(completions)) {
    const text = write(all);
    for (const word of ['shuffle', 'try', 'always']) t.match(text, word, `${shell} knows ${word}`);
    if (missing(shell) !== false) continue;
    // fish reads no socket, which is what Node gives as standard input.
    const file = join(t.testdir({ text }), 'text');
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    t.equal(status, 0, `${shell} -n: ${stderr}`);
  }
});

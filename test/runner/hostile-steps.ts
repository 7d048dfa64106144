/** Steps that would break a naive driver, whatever computer its shell is on. */
import type { Test } from 'tap';
import type { Session } from '../../runner/machine.ts';
import { type, type Seen } from './session-tools.ts';

/** Types the step, then proves that the session still works. */
export async function checkHarmless(
  t: Test,
  open: () => Promise<Session>,
  [text, expected]: (typeof hostileSteps)[number],
): Promise<void> {
  await t.test(text.slice(0, 60), async (t) => {
    await using session = await open();
    t.match(await type(session, text), expected);
    t.match(await type(session, 'false'), { exit: 1, out: '', ended: 'normal' });
    t.same(await type(session, 'command echo fine; command echo err >&2'), {
      exit: 0,
      out: 'fine\n',
      err: 'err\n',
      ended: 'normal',
    });
  });
}

export const hostileSteps: readonly (readonly [string, Partial<Seen>])[] = [
  ['printf() { :; }; read() { :; }; eval() { :; }; export() { :; }; return() { :; }', { exit: 0 }],
  ['builtin() { echo hacked; }', { exit: 0, out: '' }],
  ['builtin() { :; }; unset() { :; }; enable() { :; }', { exit: 0 }],
  ['enable -n printf builtin export .', { exit: 0 }],
  ['alias builtin=false printf=false eval=false .=false; shopt -s expand_aliases', { exit: 0 }],
  ['unset -f __rootlab_end; __rootlab_end() { echo mine; }', { ended: 'normal' }],
  ['set -u; echo $nope', { exit: 1, out: '' }],
  ['PS4=; set -x; set +x 2>/dev/null; set -v; set +v', { exit: 0 }],
  ['trap "echo debug" DEBUG; trap "x=1" ERR', { exit: 0 }],
  ['IFS=0123456789; set -f; set -o posix', { exit: 0 }],
  ['exec >/dev/null; exec 2>&1; echo lost', { exit: 0, out: '' }],
  ['exec 0<&- 1>&- 2>&-', { exit: 0 }],
  ['break; continue', { exit: 0 }],
  ['return 3', { exit: 3 }],
  ['${x:?}', { exit: 1 }],
  ['echo "unfinished', { exit: 2 }],
  ['cat <<X\nno end', { out: 'no end\n' }],
  ['if true; then', { exit: 2 }],
  ['}; echo no', { exit: 2 }],
  ['mkdir /tmp/rootlab-gone-$$; cd /tmp/rootlab-gone-$$; rmdir /tmp/rootlab-gone-$$', { exit: 0 }],
  ["PS1='$(echo hi >&2)'; PROMPT_COMMAND='echo hi'; PS4=oops", { exit: 0 }],
  ['sleep 5 & true', { exit: 0, err: '' }],
  ['(sleep 5; echo late) & nohup setsid sleep 5 >/dev/null 2>&1 & wait -n 2>/dev/null & true', { exit: 0 }],
  ['stty -a', { exit: 1 }],
  ['read x </dev/tty', { exit: 1 }],
  ['readonly PATH HOME PWD IFS', { exit: 0 }],
  ['unset PWD OLDPWD PATH; PATH=/usr/bin:/bin', { exit: 0 }],
  ["LC_ALL=nonsense; trap '' INT TERM HUP", { exit: 0 }],
  ['exit 0', { exit: 0, ended: 'shell-ended' }],
  ['set -e; false; echo no', { exit: 1, out: '', ended: 'shell-ended' }],
  ["exec sh -c 'exit 9'", { exit: 9, ended: 'shell-ended' }],
  ['kill -9 $$', { exit: 137, ended: 'shell-ended' }],
  ['for fd in {3..254}; do eval "exec $fd>&-"; done; (exit 4)', { exit: 4, out: '', ended: 'shell-ended' }],
  ['set -r', { exit: 0 }],
];

/** What a job could leave on another computer, told there by bash alone: each tool it starts would be seen as well. */
import { basename } from 'node:path';
import { UserError } from '../../../src/error.ts';
import { leftProcess, readTraces, temporaryFolders } from '../../leak-snapshot.ts';
import type { Machine, Traces } from '../../machine.ts';

const things = `
shopt -s nullglob dotglob
section() { printf '\\0'; }
text() { local line; while IFS= read -r line; do printf '%s\\n' "$line"; done <"$1"; } 2>/dev/null
text /proc/self/mountinfo; section
text /proc/self/net/dev; section
printf '%s\\n' /run/systemd/transient/*; section
top=/sys/fs/cgroup; [[ -d $top/systemd ]] && top=$top/systemd
printf '%s\\n' $top/system.slice/*; section
printf '%s\\n' /run/systemd/machines/*; section
for block in /sys/block/loop*/loop/backing_file; do
  block=\${block%/loop/*}
  printf '%s ' "\${block##*/}"; text "$block/loop/backing_file"
done; section
for folder; do printf '%s\\n' "$folder"/*; done
`;

/** Those in the keeper's cgroup, else in a session it knows, but for what is ours. */
const processes = `
shopt -s nullglob globstar
dir=$1
own=" $$ "; while read -r pid; do own+="$pid "; done <"$dir/own"
sids=" "; while read -r sid; do sids+="$sid "; done <"$dir/sids"
group=; [[ -s $dir/group ]] && read -r group <"$dir/group"
tell() {
  local comm= word
  [[ $own = *" $1 "* ]] && return
  read -r stat <"/proc/$1/stat" || return
  rest=\${stat##*") "}; fields=($rest)
  [[ $fields = [ZX] || ( -z $group && $sids != *" \${fields[3]} "* ) ]] && return
  read -r comm <"/proc/$1/comm"
  printf '%s\\0%s\\0' "$1" "$comm"
  while IFS= read -r -d '' word; do printf '%s ' "$word"; done <"/proc/$1/cmdline"
  printf '\\0'
} 2>/dev/null
if [[ -n $group ]]; then
  for procs in "$group"/**/cgroup.procs; do while read -r pid; do tell "$pid"; done <"$procs"; done
else
  for stat in /proc/[0-9]*; do tell "\${stat##*/}"; done
fi
`;

export function tracesThere(ssh: string, dir: string, exec: Machine['exec']): Traces {
  const ask = async (script: string, words: readonly string[], signal: AbortSignal): Promise<string[]> => {
    const argv = ['bash', '-c', script, 'rootlab-traces', ...words];
    const { exit, stdout, stderr } = await exec(argv, { signal, timeoutMs: 10_000 });
    if (exit === 0) return stdout.split('\0');
    throw new UserError(`cannot look for what is left on "${ssh}": bash ends with ${exit}`, {
      status: 3,
      detail: stderr.trim(),
    });
  };
  return {
    async things(signal) {
      const [mountinfo = '', netDev = '', ...more] = await ask(things, temporaryFolders, signal);
      const [transient = [], services = [], machines = [], loops = [], files = []] = more.map(linesOf);
      return readTraces({
        mountinfo,
        netDev,
        transient: transient.map((path) => basename(path)),
        services: services.map((path) => basename(path)),
        machines: machines.map((path) => basename(path)),
        loops: loops.map((line) => [line.replace(/ .*/, ''), line.replace(/^\S* /, '')]),
        files,
      });
    },
    async processes(signal) {
      const words = await ask(processes, [dir], signal);
      return words.flatMap((pid, at) =>
        at % 3 === 0 && pid !== ''
          ? [leftProcess(Number(pid), words[at + 1] ?? '', words[at + 2] ?? '')]
          : [],
      );
    },
  };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

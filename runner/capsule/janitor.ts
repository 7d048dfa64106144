/** The janitor: a tiny process that outlives a killed runner and removes what the kernel leaves of it. */
import { spawn } from 'node:child_process';

/**
 * It blocks on a pipe from the runner. A line says that the runner has cleaned up itself; an end of file, that the
 * runner is dead. Signals of the terminal do not reach it: it has a session of its own.
 */
const script = `
trap '' HUP INT TERM QUIT
read -r done && exit
work=$1 memory=$2; shift 2
for group; do
  [ -d "$group" ] || continue
  [ ! -e "$group/cgroup.kill" ] || echo 1 >"$group/cgroup.kill"
  find "$group" -name cgroup.procs -exec cat {} + 2>/dev/null | while read -r pid; do [ "$pid" = 0 ] || kill -9 "$pid"; done
done
tries=0
for group; do
  while [ -d "$group" ] && [ $tries -lt 200 ]; do
    find "$group" -depth -type d -exec rmdir {} + && break
    tries=$((tries+1)); sleep 0.02
  done
  [ ! -d "\${group%/*}" ] || rmdir "\${group%/*}"
done
rm -rf --one-file-system -- "$work" "$memory"*
`;

export interface Janitor {
  readonly pid: number;
  /** Sends it home; it touches nothing. */
  dismiss(): Promise<void>;
}

/** It removes `work`, and all whose names begin with `memory`. */
export function startJanitor(work: string, memory: string, groups: readonly string[]): Janitor {
  const child = spawn('/bin/sh', ['-c', script, 'rootlab-janitor', work, memory, ...groups], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  // It must not keep the runner alive, nor fall over when the runner ends first.
  child.unref();
  child.stdin.on('error', () => {});
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  return {
    pid: child.pid ?? 0,
    async dismiss() {
      child.ref();
      child.stdin.end('done\n');
      await ended;
    },
  };
}

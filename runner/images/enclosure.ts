/**
 * Where the steps of a build run: a mount, pid, ipc and uts namespace that the kernel ends with the runner.
 * All mounts of a build are made in there, so none can be left behind, however the runner dies.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';

export interface Workplace {
  /** All that a build writes lies in here; renamed or removed as one. */
  readonly directory: string;
  /** What becomes the image's own layer. */
  readonly tree: string;
  /** The layers below, uppermost first; none where the tree stands alone. */
  readonly lower: readonly string[];
  /** Packages kept from earlier builds, read only, and where new ones appear. */
  readonly debs: string;
  readonly newDebs: string;
}

export interface ToolOptions {
  readonly signal: AbortSignal;
  readonly stdin?: Uint8Array | string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}
export interface ToolResult {
  readonly exit: number;
  /** The newest of both streams. */
  readonly lastLines: readonly string[];
}

const environment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  TERM: 'dumb',
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
};
const proxies = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy'];
/** Where the engine of this computer answers. */
const engines = ['DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'CONTAINER_HOST', 'CONTAINER_CONNECTION'];

/** Runs `argv` beside the tree, with the host's own files in sight. */
export function runBeside(
  argv: readonly string[],
  place: Workplace,
  options: ToolOptions,
): Promise<ToolResult> {
  return runEnclosed('exec "$@"', argv, place, options);
}

/** Runs `argv` in the tree, as a program of it. */
export function runInside(
  argv: readonly string[],
  place: Workplace,
  options: ToolOptions,
): Promise<ToolResult> {
  const { directory, tree, lower, debs, newDebs } = place;
  return runEnclosed(enterTree, [directory, tree, lower.join(':'), debs, newDebs, ...argv], place, options);
}

// 97: an overlay cannot be mounted here.
const enterTree = String.raw`
work=$1 tree=$2 lower=$3 debs=$4 new=$5; shift 5
root=$work/root
mkdir -p "$root"
if [ -n "$lower" ]; then
  mkdir -p "$work/overlay"
  mount -t overlay -o "lowerdir=$lower,upperdir=$tree,workdir=$work/overlay,redirect_dir=off,metacopy=off,index=off" overlay "$root" || exit 97
else
  mount --bind "$tree" "$root"
fi
cd "$root"
mkdir -p proc sys dev run tmp
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do : >"dev/$name"; mount --bind "/dev/$name" "dev/$name"; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=755 tmpfs run
mkdir run/lock
mount -t tmpfs -o mode=1777 tmpfs tmp
made=
# Binds a file over one of the tree's, which is made for the time of this step where it is missing.
cover() {
  if [ ! -e "$root$2" ]; then : >"$root$2"; made="$made $2"; fi
  mount --bind "$1" "$root$2"
}
uncover() { for path in $made; do umount "$root$path" && rm -f "$root$path"; done; }
if [ -e /etc/resolv.conf ] && [ -d etc ]; then
  if [ -L etc/resolv.conf ]; then
    # A link usually points into /run, which is empty here.
    target=$(chroot . readlink -m /etc/resolv.conf || true)
    case $target in /run/*) mkdir -p "$root$(dirname "$target")"; cat /etc/resolv.conf >"$root$target";; esac
  else
    cover /etc/resolv.conf /etc/resolv.conf
  fi
fi
if [ -d usr/sbin ]; then
  printf '#!/bin/sh\nexit 101\n' >run/.no-services; chmod 755 run/.no-services
  cover "$root/run/.no-services" /usr/sbin/policy-rc.d
fi
if [ -d var/cache/apt/archives ]; then
  mkdir -p "$new" "$work/debs-overlay"
  mount -t overlay -o "lowerdir=$debs,upperdir=$new,workdir=$work/debs-overlay,redirect_dir=off,metacopy=off,index=off" overlay var/cache/apt/archives \
    || mount --bind "$new" var/cache/apt/archives
fi
unset TMPDIR
status=0
chroot . "$@" || status=$?
uncover
exit $status
`;

/** A runner killed before pdeathsig was set takes nothing with it, but cannot answer either. */
const askRunner = 'echo >&3; read -r go <&3; exec 3>&-';

function runEnclosed(
  script: string,
  argv: readonly string[],
  place: Workplace,
  options: ToolOptions,
): Promise<ToolResult> {
  const walls = ['unshare', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const env = { ...environment, TMPDIR: `${place.directory}/tmp`, ...options.env };
  const wanted = [...proxies.flatMap((name) => [name, name.toUpperCase()]), ...engines];
  const passed = wanted.filter((name) => name in process.env);
  const words = [
    'setpriv',
    '--pdeathsig',
    'KILL',
    ...walls,
    'sh',
    '-ec',
    `${askRunner}\n${script}`,
    'sh',
    ...argv,
  ];
  return runTool(
    words,
    { ...env, ...Object.fromEntries(passed.map((name) => [name, process.env[name] ?? ''])) },
    options,
  );
}

/** Both streams line by line; an abort kills it at once and waits until all of it is gone. */
export function runTool(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  options: ToolOptions,
): Promise<ToolResult> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // A session of its own: Ctrl-C at the terminal reaches us alone, and we end it in order.
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    answer(child.stdio[3], signal);
    const lastLines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lastLines.push(line);
        if (lastLines.length > 40) lastLines.shift();
        options.onLine?.(line);
      });
    }
    const abort = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', abort, { once: true });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin);
    child.once('error', reject);
    child.once('close', (exit, killedBy) => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      else if (exit === null)
        resolve({ exit: 137, lastLines: [...lastLines, `ended by ${killedBy ?? 'a signal'}`] });
      else resolve({ exit, lastLines });
    });
  });
}

/** Node's pipes go both ways. After an abort nobody may start: whom the kill met too early would stay for ever. */
function answer(stream: unknown, signal: AbortSignal): void {
  if (!(stream instanceof Duplex)) return;
  stream.on('error', () => undefined);
  stream.once('data', () => (signal.aborted ? stream.destroy() : stream.end('go\n')));
}

/** Probes that ask the kernel by doing: each in a namespace of its own, which takes all with it. */
import { runTool } from '../process.ts';
import { probeLimit, type Fact, type Probe } from './probe.ts';

/** As roots are made: the upper directory on a tmpfs. */
export const overlayMounts: Probe = (signal, scale) =>
  tries(
    'overlay mounts',
    `mount -t tmpfs tmpfs /mnt && mkdir /mnt/l /mnt/u /mnt/w /mnt/m &&
     mount -t overlay -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w,index=off,metacopy=on overlay /mnt/m`,
    ['unshare', '-m'],
    'modprobe overlay (in a container: run it with --privileged)',
    signal,
    scale,
  );

export const loopDevices: Probe = (signal, scale) =>
  tries('loop devices', 'losetup -f', [], 'modprobe loop', signal, scale);

export const userNamespaces: Probe = (signal, scale) =>
  tries('user namespaces', ':', ['unshare', '-U'], 'sysctl user.max_user_namespaces=10000', signal, scale);

async function tries(
  what: string,
  script: string,
  prefix: readonly string[],
  fix: string,
  signal: AbortSignal,
  scale: number | undefined,
): Promise<Fact> {
  const { exit, stderr } = await runTool([...prefix, '/bin/sh', '-c', script], {
    signal,
    timeoutMs: probeLimit(scale),
  });
  if (exit === 0) return { ok: true, found: `${what} work` };
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return { ok: false, found: `${what} do not work${said === '' ? '' : ` (${said})`}`, fix };
}

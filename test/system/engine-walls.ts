/** This computer as it would be with Docker and podman installed: their programs lie over its own. */
import { existsSync } from 'node:fs';
import type { MachineImage } from '../../runner/backends/nspawn/machine.ts';

/** Words before a program: it sees the programs of both from `image`, and no engine that answers; `then` is done first. */
export function engineWalls(image: MachineImage | undefined, then = ':'): readonly string[] {
  const overlay = (path: string): string => {
    const layers = [path, ...(image?.layers ?? []).map((layer) => layer + path)].filter((one) =>
      existsSync(one),
    );
    return `mount -t overlay -o lowerdir=${layers.join(':')} overlay ${path}`;
  };
  const lines = ['set -e', 'mount -t tmpfs tmpfs /run', overlay('/usr'), overlay('/etc'), then];
  return ['unshare', '--mount', 'sh', '-c', `${lines.join('\n')}\nexec "$@"`, 'sh'];
}

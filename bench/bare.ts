/** What rootlab is measured against: systemd-nspawn alone, on the same root made the same way. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nspawnArguments, nspawnEnvironment } from '../runner/backends/nspawn/arguments.ts';
import type { MachineImage } from '../runner/backends/nspawn/machine.ts';
import { rootPath, rootScript } from '../runner/root.ts';

export const bareEnvironment = nspawnEnvironment({ network: 'own', booted: true });

export function bareRun(script: string): void {
  const { status, stderr } = spawnSync('unshare', bareArgv(script), {
    env: { ...process.env, ...bareEnvironment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bare systemd-nspawn: ${stderr}`);
}

/** The words of `unshare`. */
export function bareArgv(script: string): string[] {
  return ['-m', '-p', '-f', '--kill-child', '--mount-proc', '/bin/sh', '-ec', script];
}

/** A boot with a unit, laid into the directory `layer`, that powers off as soon as all else is up. */
export function bareBootScript(image: MachineImage, layer: string): string {
  const units = join(layer, 'etc/systemd/system');
  mkdirSync(join(units, 'graphical.target.wants'), { recursive: true });
  writeFileSync(
    join(units, 'off.service'),
    '[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nExecStart=systemctl --no-block poweroff\n',
  );
  symlinkSync('../off.service', join(units, 'graphical.target.wants/off.service'));
  return bareMachine({ ...image, layers: [layer, ...image.layers] }, true);
}

export function bareMachine({ layers }: MachineImage, booted: boolean): string {
  const argv = nspawnArguments({ name: 'bench', root: rootPath, booted, network: 'own' }).filter(
    (word) => word !== '--quiet',
  );
  const words = booted ? argv : [...argv.slice(0, argv.indexOf('/bin/sh')), '/bin/true'];
  return [
    'mount -t tmpfs tmpfs /run',
    ...rootScript({ name: 'bench', layers, trees: [], nests: false, hosts: undefined }),
    `exec ${words.join(' ')} </dev/null`,
  ].join('\n');
}

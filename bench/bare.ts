/** What rootlab is measured against: systemd-nspawn alone, on the same root made the same way. */
import { spawnSync } from 'node:child_process';
import { nspawnArguments, nspawnEnvironment } from '../runner/backends/nspawn/arguments.ts';
import type { MachineImage } from '../runner/backends/nspawn/machine.ts';
import { rootPath, rootScript } from '../runner/root.ts';

export function bareRun(script: string): void {
  const argv = ['-m', '-p', '-f', '--kill-child', '--mount-proc', '/bin/sh', '-ec', script];
  const { status, stderr } = spawnSync('unshare', argv, {
    env: { ...process.env, ...nspawnEnvironment() },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bare systemd-nspawn: ${stderr}`);
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

/** Tells a machine that never started from one whose PID 1 died: what the tools said, and what mends it. */
import type { Ending } from '../../capsule/capsule.ts';

export interface Refusal {
  readonly cause: string;
  readonly hint?: string | undefined;
}

/** Messages of mount, mke2fs and systemd-nspawn 247–262 before the machine's PID 1 runs. */
const refusals: readonly { readonly says: RegExp; readonly cause: string; readonly hint?: string }[] = [
  {
    says: /No space left on device/,
    cause: 'no space left on the device',
    hint: 'free some space, or give the machine a larger disk:',
  },
  {
    says: /doesn't look like (?:it has )?an OS|os-release file is missing|no os-release/i,
    cause: 'the tree is not an operating system: it has no os-release',
    hint: 'build the image with a package that brings /etc/os-release (base-files on Debian)',
  },
  {
    says: /execv\(.*\) failed: No such file|Failed to execute .*init|execv\(.*\).*: No such file/,
    cause: 'the tree has no init',
    hint: 'add the package systemd-sysv to the image, or say init: false',
  },
  {
    says: /execv.*Permission denied/,
    cause: 'its files cannot be executed',
    hint: 'the directory of the image is mounted noexec',
  },
  {
    says: /clone\(\) failed: Operation not permitted|unshare failed: Operation not permitted/,
    cause: 'this computer lets us make no namespaces',
    hint: 'in a container, it needs --privileged',
  },
  {
    says: /subcgroup: Read-only file system/,
    cause: 'the cgroup mount is read-only',
    hint: 'in a container, it needs --privileged --cgroupns=host',
  },
  { says: /Failed to add new veth/, cause: 'no network links can be made', hint: 'CAP_NET_ADMIN is missing' },
  { says: /: (?:command )?not found$/m, cause: 'a program is missing', hint: 'run: rootlab doctor' },
];

export function whyNotStarted(ending: Ending, said: string): Refusal | undefined {
  const known = refusals.find(({ says }) => says.test(said));
  if (known !== undefined) return known;
  if (!ending.mounted)
    return {
      cause: `its root cannot be mounted (${said.split('\n').at(-1) ?? ''})`,
      hint: 'run: rootlab doctor',
    };
  return undefined;
}

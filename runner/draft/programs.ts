/** Facts of the programs that jobs call, with the versions they say they have. */
import { findVersion } from '../resources/text.ts';
import type { DraftFact, Drafted } from './fact.ts';

/** What CI jobs, containers and machines are made with. */
const groups: readonly (readonly [why: string, ...names: string[]])[] = [
  ['Machines are run with it.', 'systemd-nspawn', 'machinectl', 'systemd-run'],
  ['Containers are run with it.', 'docker', 'podman', 'buildah', 'runc', 'crun'],
  ['Virtual machines are run with it.', 'qemu-system-x86_64', 'virsh'],
  ['Images are made with it.', 'mmdebstrap', 'debootstrap', 'pacstrap', 'mkosi', 'dnf'],
  ['Sources are fetched with it.', 'git', 'curl', 'wget', 'rsync', 'ssh'],
  ['Programs are built with it.', 'make', 'cmake', 'meson', 'gcc', 'clang', 'go', 'cargo'],
  ['Programs are run with it.', 'bash', 'python3', 'perl', 'node', 'java'],
  ['Scripts read JSON with it.', 'jq'],
];

export const programs: DraftFact = async ({ ask }) => {
  // The shell of a step is bash, and finds programs as it does.
  const script = `for name; do
    type -P -- "$name" >/dev/null || continue
    printf '\n${mark} %s\n' "$name"
    timeout 5 "$name" --version 2>&1 </dev/null || echo ${failed}
  done`;
  const names = groups.flatMap(([, ...some]) => some);
  const said = (await ask(['bash', '-c', script, 'bash', ...names])) ?? '';
  const found = readVersions(said);
  return groups.flatMap(([why, ...some]) =>
    some.flatMap((name): readonly Drafted[] => {
      if (!found.has(name)) return [];
      const version = found.get(name);
      const floor = version === undefined ? {} : { version: `>= ${majorOf(version)}` };
      return [{ why, check: { command: name, ...floor } }];
    }),
  );
};

const mark = '== program';
const failed = '== failed';

/** Of each program that is there: its version, if it says one. */
function readVersions(said: string): ReadonlyMap<string, string | undefined> {
  const parts = said.split(`\n${mark} `).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = '', ...lines] = part.split('\n');
      return [name, lines.includes(failed) ? undefined : findVersion(lines.join('\n'))];
    }),
  );
}

/** Before version 1 the second part is the one that breaks things. */
export function majorOf(version: string): string {
  const [major = '', minor] = version.split('.');
  return major === '0' && minor !== undefined ? `0.${minor}` : major;
}

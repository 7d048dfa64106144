/** The resource `machine`: a machine nested in this one, by the state of its own system and by what machined knows. */
import { shellWord } from '../../src/describe-text.ts';
import { absent, limited, there, unreadable } from './resource.ts';
import type { CollectContext, Resource } from './resource.ts';
import { lines, readProperties, some } from './text.ts';

const parted = '== system';
const unknown = /No machine '.*' known|No such machine/;

export const machine: Resource = {
  first: { name: 'state', expected: 'running' },
  collect(asked, context) {
    const name = shellWord(asked.name);
    const show = limited(`machinectl show --no-pager -p Name -p Class -- ${name}`, context);
    const release = `busctl call org.freedesktop.machine1 /org/freedesktop/machine1 org.freedesktop.machine1.Manager GetMachineOSRelease s -- ${name}`;
    const more = [
      // Its state while it starts has exit status 1 and is printed all the same.
      ...(asked.facts.includes('state')
        ? [limited(`systemctl --machine=${name} is-system-running`, context)]
        : []),
      ...(asked.facts.some((fact) => fact === 'os' || fact === 'version') ? [limited(release, context)] : []),
    ];
    return `if ${show}; then printf '\\n${parted}\\n'; ${[...more, ':'].join('; ')}; return; fi; s=$?; ${fate(name, context)}; return $s`;
  },
  read(output, asked, context) {
    if (unknown.test(output.stderr)) {
      return { ...absent, why: lines(output.stdout).includes(coming) ? coming : undefined };
    }
    if (output.status !== 0) return unreadable(output, context);
    const [shown = '', rest = ''] = output.stdout.split(`\n${parted}\n`);
    const [release, state] = partition(lines(rest), (line) => line.startsWith('a{ss} '));
    const os = readStringMap(release[0] ?? '');
    return {
      ...there({
        class: some(readProperties(shown)['Class']),
        state: state.at(-1),
        os: os['ID'],
        version: os['VERSION_ID'] === undefined ? undefined : { version: os['VERSION_ID'] },
      }),
      problem: lines(output.stderr).at(-1),
    };
  },
  over(seen, failed, before) {
    if (seen.exists || seen.problem !== undefined || seen.why === coming || failed.length === 0)
      return undefined;
    return before?.exists === true ? 'the machine is gone' : undefined;
  },
};

const coming = 'it comes or goes';

/** Of one that is not there: while it reboots, or is about to be there, its unit or its systemd-nspawn says so. */
function fate(name: string, context: CollectContext): string {
  const unit = limited(
    `systemctl show --no-pager -p ActiveState -p Job -- systemd-nspawn@${name}.service`,
    context,
  );
  return `{
${unit} | grep -vqxE 'ActiveState=(inactive|failed)|Job=0?' && echo '${coming}'
for comm in $(grep -lxs systemd-nspawn /proc/[0-9]*/comm); do
  grep -aqsF -- ${name} "\${comm%comm}cmdline" && echo '${coming}'
done
} 2>/dev/null`;
}

function partition(all: readonly string[], test: (line: string) => boolean): [string[], string[]] {
  return [all.filter(test), all.filter((line) => !test(line))];
}

/** `a{ss} 2 "ID" "debian" "VERSION_ID" "12"`, as busctl prints a map of texts. */
function readStringMap(line: string): Record<string, string> {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1] ?? '');
  const map: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2) map[words[at] ?? ''] = words[at + 1] ?? '';
  return map;
}

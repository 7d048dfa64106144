/** The resource `system`: the machine's own system manager; its name is the state expected. */
import { absent, limited, there, unreadable } from './resource.ts';
import type { Resource, Value } from './resource.ts';
import { lines, readProperties, wordMicroseconds } from './text.ts';

const properties =
  'SystemState,NJobs,KernelTimestamp,UserspaceTimestampMonotonic,FinishTimestampMonotonic,FirmwareTimestampMonotonic';
const listed = '== failed units';

export const system: Resource = {
  first: { name: 'state', expected: 'running' },
  nameIs: 'state',
  collect(asked, context) {
    const show = limited(`systemctl show --no-pager -p ${properties}`, context);
    const list = limited('systemctl list-units --failed --plain --no-legend --full --no-pager', context);
    const both = context.all.some((one) => one.facts.includes('failed-units'));
    return both ? `${show} && printf '\\n${listed}\\n' && ${list}` : show;
  },
  read(output, asked, context) {
    if (/not been booted with systemd/.test(output.stderr))
      return { ...absent, values: { state: 'offline' } };
    if (output.status !== 0) return unreadable(output, context);
    const [shown = '', failed = ''] = output.stdout.split(`${listed}\n`);
    const manager = readProperties(shown);
    const units = lines(failed).flatMap((line) => line.trim().split(/\s+/)[0] ?? []);
    return there({
      state: manager['SystemState'],
      jobs: manager['NJobs'],
      'failed-units': { counted: units },
      took: bootDuration(manager),
    });
  },
};

/** As systemd-analyze counts: without a kernel of its own (a machine) from the start of userspace. */
function bootDuration(manager: Readonly<Record<string, string>>): Value {
  const finished = Number(manager['FinishTimestampMonotonic']);
  if (!(finished > 0)) return undefined;
  const ownKernel = (manager['KernelTimestamp'] ?? '') !== '';
  const firmware = Number(manager['FirmwareTimestampMonotonic'] ?? 0);
  const userspace = Number(manager['UserspaceTimestampMonotonic']);
  return wordMicroseconds(ownKernel ? finished + firmware : finished - userspace);
}

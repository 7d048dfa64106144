/** What a machine can never do or show, be it without an init or nobody's to reboot: said when the file is read. */
import { reportAt, type Source } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import type { ResourceCheck, ResourceName } from './resource.ts';
import type { MachineSpec } from './machine.ts';
import { entryOf } from './shape.ts';
import type { RawStep } from './step.ts';
import type { Watch } from './watch.ts';

/** Resources that only a running systemd, or what it starts, can tell of. */
const toldByInit: Readonly<Partial<Record<ResourceName, string>>> = {
  unit: 'no units run in it',
  cgroup: 'no units run in it',
  machine: 'nothing in it knows of machines',
  journal: 'nothing in it keeps a journal',
  system: 'its system is always offline',
};

export function checkWithoutInit(cell: Cell, steps: readonly RawStep[], watch: Watch | undefined): void {
  const { bare, all } = machinesWithoutInit(cell);
  if (watch !== undefined && bare.length === all)
    refuse(cell.source, watch, '"watch" needs an init: nothing in it could tell');
  for (const { name } of bare) {
    const own = steps.filter(({ on }) => on === name);
    for (const step of own) {
      if (step.verb === 'reboot') refuse(cell.source, step, '"reboot" needs an init');
      // systemd-nspawn ends for want of a system bus, and unregistered machines nobody could ask whether they are up.
      if (step.verb === 'boot')
        refuse(cell.source, step, '"boot" needs an init: systemd-nspawn asks it for the machine');
      for (const check of checksOf(step)) {
        const why = toldByInit[check.kind];
        if (why === undefined || isOffline(check)) continue;
        refuse(cell.source, check, `"${check.kind}" cannot be checked in a machine without an init: ${why}`);
      }
    }
  }
}

/** A computer that outlives the job has others to live for. */
export function checkReboots(
  source: Source,
  steps: readonly RawStep[],
  machineFor: (step: RawStep) => MachineSpec,
): void {
  for (const step of steps) {
    const { kind } = machineFor(step);
    if (step.verb !== 'reboot' || kind === 'root') continue;
    const message = `"reboot" means nothing ${kind === 'host' ? 'on this very computer' : 'beside "ssh"'}: only machines made from an image are rebooted`;
    reportAt(source, step.at, message, 'give the scenario a machine of its own: machine: debian-12');
  }
}

/** What is typed by another user than root cannot become one. */
export function checkUsers(
  source: Source,
  steps: readonly RawStep[],
  machineFor: (step: RawStep) => MachineSpec,
): void {
  for (const step of steps) {
    const spec = machineFor(step);
    if (step.user === undefined || spec.kind !== 'root') continue;
    if (spec.user === 'root' || spec.user.includes('${')) continue;
    const message = `"user" needs a root who types, and in this machine "${spec.user}" does`;
    reportAt(source, step.at, message, 'leave user out of the machine, and say it in steps');
  }
}

function refuse(source: Source, { at }: Pick<ResourceCheck, 'at'>, message: string): void {
  reportAt(source, at, message, 'give the machine init: true');
}

/** As written: a value that is wrong is told already. The name is that of `on`. */
function machinesWithoutInit(cell: Cell): {
  readonly bare: readonly { readonly name: string | undefined }[];
  readonly all: number;
} {
  const several = entryOf(cell, 'machines');
  const machines = several?.kind === 'list' ? several.items : [several ?? entryOf(cell, 'machine')];
  const bare = machines
    .filter((machine) => textAt(machine, 'init') === 'false')
    .map((machine) => ({ name: several === undefined ? undefined : textAt(machine, 'name') }));
  return { bare, all: machines.length };
}

function textAt(cell: Cell | undefined, key: string): string | undefined {
  const value = cell === undefined ? undefined : entryOf(cell, key);
  return value?.kind === 'text' ? value.text : undefined;
}

function checksOf(step: RawStep): readonly ResourceCheck[] {
  const explained = step.learn?.explain.flatMap(({ when }) => when) ?? [];
  return [...step.check, ...(step.verb === 'wait' ? step.wait : []), ...explained];
}

/** That no system runs is what can be seen of it. */
function isOffline({ kind, name, facts }: ResourceCheck): boolean {
  const gone = facts.some((fact) => fact.name === 'exists' && fact.expected.value === 'false');
  return kind === 'system' && (name === 'offline' || name.includes('${') || gone);
}

/** What a machine without an init can never show: said when the file is read, not when a job waits for it. */
import { reportAt, type Source } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import type { ResourceCheck, ResourceName } from './resource.ts';
import type { RawStep } from './step.ts';

/** Resources that only a running systemd, or what it starts, can tell of. */
const toldByInit: Readonly<Partial<Record<ResourceName, string>>> = {
  unit: 'no units run in it',
  cgroup: 'no units run in it',
  machine: 'nothing in it knows of machines',
  journal: 'nothing in it keeps a journal',
  system: 'its system is always offline',
};

export function checkWithoutInit(cell: Cell, steps: readonly RawStep[]): void {
  if (!saysNoInit(cell)) return;
  const boots = steps.some(({ verb }) => verb === 'boot');
  for (const step of steps) {
    if (step.verb === 'reboot') refuse(cell.source, step, '"reboot" needs an init');
    for (const check of checksOf(step)) {
      const why = toldByInit[check.kind];
      if (why === undefined || isOffline(check) || (check.kind === 'machine' && boots)) continue;
      refuse(cell.source, check, `"${check.kind}" cannot be checked in a machine without an init: ${why}`);
    }
  }
}

function refuse(source: Source, { at }: Pick<ResourceCheck, 'at'>, message: string): void {
  reportAt(source, at, message, 'give the machine init: true');
}

/** As written: a value that is wrong is told already. */
function saysNoInit(cell: Cell): boolean {
  const machine = cell.kind === 'map' ? cell.entries.get('machine')?.value : undefined;
  const init = machine?.kind === 'map' ? machine.entries.get('init')?.value : undefined;
  return init?.kind === 'text' && init.text === 'false';
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

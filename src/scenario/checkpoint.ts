/** Where a checkpoint means something: in a machine of its own, on the way to its last step. */
import { reportAt } from '../problem.ts';
import type { Cell } from '../yaml.ts';
import type { MachineSpec, MemberSpec } from './machine.ts';
import type { RawStep } from './step.ts';

interface Phases {
  readonly machine: MachineSpec;
  readonly others: readonly MemberSpec[];
  readonly prepare: readonly RawStep[];
  readonly steps: readonly RawStep[];
  readonly 'on-failure': readonly RawStep[];
  readonly cleanup: readonly RawStep[];
}

export function checkCheckpoints(cell: Cell, phases: Phases): void {
  const refuse = (steps: readonly RawStep[], message: string, hint: string): void => {
    for (const { checkpoint, at } of steps) if (checkpoint) reportAt(cell.source, at, message, hint);
  };
  if (phases.machine.kind !== 'root')
    refuse(
      [...phases.prepare, ...phases.steps],
      '"checkpoint" keeps what a throwaway machine wrote, and this computer is none',
      'give the scenario a machine of its own: machine: debian-12',
    );
  if (phases.others.length > 0)
    refuse(
      [...phases.prepare, ...phases.steps],
      '"checkpoint" keeps what one machine wrote, and this job has several',
      'leave it out: they would go on from different times',
    );
  refuse(
    [...phases['on-failure'], ...phases.cleanup],
    '"checkpoint" means nothing here: no job goes on from its end',
    'it stands in steps and prepare',
  );
}

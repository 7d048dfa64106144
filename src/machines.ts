/** The machines of a job: most have one, and then no step says which. */
import type { MachineSpec, RootSpec } from './scenario.ts';

export interface Several {
  readonly machine: MachineSpec;
  readonly others: readonly RootSpec[];
}

export function machinesOf({ machine, others }: Several): readonly MachineSpec[] {
  return others.length === 0 ? [machine] : [machine, ...others];
}

/** Those that are made; this very computer is there already. */
export function rootsOf(job: Several): readonly RootSpec[] {
  return machinesOf(job).filter((spec) => spec.kind === 'root');
}

/** Those with a system that `watch` can ask. */
export function watchedOf(job: Several): readonly MachineSpec[] {
  return machinesOf(job).filter((spec) => spec.kind === 'host' || spec.init);
}

/** The one a step is for. */
export function machineFor(job: Several, on: string | undefined): MachineSpec {
  return job.others.find(({ name }) => name === on) ?? job.machine;
}

/** The id of the step that its boot is. */
export function bootId({ name }: MachineSpec, { others }: Several): string {
  return others.length === 0 ? 'boot' : `boot-${name}`;
}

/** The id of the step that watches over it. */
export function watchId(on: string | undefined): string {
  return on === undefined ? 'watch' : `watch-${on}`;
}

/** Its name, in a job where that tells it from others. */
export function nameAmong({ name }: MachineSpec, { others }: Several): string | undefined {
  return others.length === 0 ? undefined : name;
}

export function imageOf(spec: MachineSpec): string {
  return spec.kind === 'host' ? 'host' : spec.image;
}

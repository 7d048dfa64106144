/** The machines of a job: most have one, and then no step says which. */
import type { HostSpec, MachineSpec, MemberSpec, RootSpec, SshSpec } from './scenario.ts';

export interface Several {
  readonly machine: MachineSpec;
  readonly others: readonly MemberSpec[];
}

export function machinesOf({ machine, others }: Several): readonly MachineSpec[] {
  return others.length === 0 ? [machine] : [machine, ...others];
}

/** Those that outlive the job: this very computer, others by ssh. */
export function computersOf(job: Several): readonly (HostSpec | SshSpec)[] {
  return machinesOf(job).filter((spec) => spec.kind !== 'root');
}

export function wordComputer(spec: HostSpec | SshSpec): string {
  return spec.kind === 'host' ? 'this very computer' : `"${spec.ssh}"`;
}

/** Those that are made. */
export function rootsOf(job: Several): readonly RootSpec[] {
  return machinesOf(job).filter((spec) => spec.kind === 'root');
}

/** Those with a system that `watch` can ask. */
export function watchedOf(job: Several): readonly MachineSpec[] {
  return machinesOf(job).filter((spec) => spec.kind !== 'root' || spec.init);
}

/** The one a step is for. */
export function machineFor(job: Several, on: string | undefined): MachineSpec {
  return job.others.find(({ name }) => name === on) ?? job.machine;
}

/** The id of the step that its boot is. */
export function bootId({ name }: MachineSpec, { others }: Several): string {
  return others.length === 0 ? 'boot' : `boot-${name}`;
}

/** The id of the step that looks for what is left there. */
export function leaksId(on: string | undefined): string {
  return on === undefined ? 'leaks' : `leaks-${on}`;
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
  return spec.kind === 'root' ? spec.image : spec.kind;
}

/** What all processes of a machine have used, as the kernel counts it for their cgroup. */
export interface Usage {
  /** Milliseconds on all cores together. */
  readonly cpuMs: number;
  /** At this moment, with the files in memory that they wrote or read. */
  readonly memoryBytes?: number | undefined;
}

/** A moment: what was used by then, and when it was, by the clock of `performance`. */
export interface Begun {
  readonly usage: Usage | undefined;
  readonly atMs: number;
}

/** A machine that has booted meanwhile began at nothing. */
export function usedSince(
  begun: Begun,
  now: Usage | undefined,
): { readonly durationMs: number } & Partial<Usage> {
  const durationMs = performance.now() - begun.atMs;
  if (now === undefined) return { durationMs };
  const { usage } = begun;
  const cpuMs = usage === undefined || usage.cpuMs > now.cpuMs ? now.cpuMs : now.cpuMs - usage.cpuMs;
  return { durationMs, ...now, cpuMs };
}

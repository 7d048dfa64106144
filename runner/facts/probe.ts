/** What a probe finds, and how probes are put together. */
export interface Fact {
  readonly ok: boolean;
  /** How it was found, or what is missing: `/usr/bin/ssh`, `ssh is not installed`. */
  readonly found: string;
  /** The command that would meet it. */
  readonly fix?: string | undefined;
  /** Of what can be compared. */
  readonly version?: string | undefined;
}
/** Never throws but for an abort. In a run its limits of time are `scale` times as long. */
export type Probe = (signal: AbortSignal, scale?: number) => Promise<Fact>;

/** What does not answer in this time is not there. */
export function probeLimit(scale = 1): number {
  return 5000 * scale;
}

/** The first that is not met speaks for all; else the first one does. */
export function allOf(first: Probe, ...rest: readonly Probe[]): Probe {
  return async (signal, scale) => {
    const facts = await Promise.all([first, ...rest].map((probe) => probe(signal, scale)));
    const bad = facts.find(({ ok }) => !ok);
    return bad ?? { ok: true, found: [...new Set(facts.map(({ found }) => found))].join(', ') };
  };
}

export const root: Probe = () => {
  const uid = process.getuid?.();
  return Promise.resolve({
    ok: uid === 0,
    found: `uid ${uid}`,
    ...(uid === 0 ? {} : { fix: 'sudo rootlab …' }),
  });
};

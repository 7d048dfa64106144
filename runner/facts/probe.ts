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
/** Never throws but for an abort. */
export type Probe = (signal: AbortSignal) => Promise<Fact>;

/** The first that is not met speaks for all; else the first one does. */
export function allOf(first: Probe, ...rest: readonly Probe[]): Probe {
  return async (signal) => {
    const facts = await Promise.all([first, ...rest].map((probe) => probe(signal)));
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

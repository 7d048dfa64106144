/** The sessions of one machine: opened at their first use, closed together. */
import type { Session, ShellPlace } from '../machine.ts';

export interface SessionOptions {
  readonly signal: AbortSignal;
  /** Of the time a shell has to start; absent: 1. */
  readonly timeoutScale?: number | undefined;
}

export type OpenSession = (name: string, place: ShellPlace, options: SessionOptions) => Promise<Session>;

export interface Sessions {
  get(name: string, signal: AbortSignal): Promise<Session>;
  /** All of them; a later `get` opens anew. */
  close(): Promise<void>;
}

export function keepSessions(open: (name: string, signal: AbortSignal) => Promise<Session>): Sessions {
  const opened = new Map<string, Promise<Session>>();
  return {
    get(name, signal) {
      const known = opened.get(name);
      if (known !== undefined) return known;
      const session = open(name, signal);
      opened.set(name, session);
      // A session that could not be opened may be tried again.
      session.catch(() => opened.delete(name));
      return session;
    },
    async close() {
      const all = [...opened.values()];
      opened.clear();
      for (const settled of await Promise.allSettled(all))
        if (settled.status === 'fulfilled') await settled.value[Symbol.asyncDispose]();
    },
  };
}

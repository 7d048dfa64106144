/** The table of backends: the weakest that can hold a machine starts it. */
import type { MachineSpec } from '../../src/scenario.ts';
import type { Failure } from '../../src/event.ts';
import type { Connection } from '../capsule/connection.ts';
import type { EngineName } from '../capsule/engine-script.ts';
import type { RunScope } from '../capsule/run-scope.ts';
import type { OpenSession } from '../capsule/sessions.ts';
import type { Machine } from '../machine.ts';
import { startHost } from './host.ts';
import { startSsh } from './ssh/machine.ts';
import { type MachineImage, startMachine as startNspawn } from './nspawn/machine.ts';

export interface StartRequest {
  readonly run: RunScope;
  readonly spec: MachineSpec;
  /** By which machined knows it, at most 12 characters; the host is always `host`. */
  readonly name: string;
  /** Of `spec.image`, and of each of `spec.trees` in its order; none for the host. */
  readonly image?: MachineImage | undefined;
  readonly trees: readonly { readonly path: string; readonly image: MachineImage }[];
  /** Controllers bound to v1 that it limits with. */
  readonly v1?: readonly string[] | undefined;
  /** A file that another machine on this image saved. */
  readonly restored?: string | undefined;
  readonly openSession: OpenSession;
  readonly connection?: Connection | undefined;
  /** How many machines its job has, itself included. */
  readonly atOnce?: number | undefined;
  /** Those that must be found on the host by their programs. */
  readonly engines?: readonly EngineName[] | undefined;
  /** Of what is started beside it; absent: 1. */
  readonly timeoutScale?: number | undefined;
  readonly onConsole: (chunk: Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** A failure `boot` is the machine's own, `error` is ours; what was started is gone by then. */
export type Started =
  | {
      readonly ok: true;
      readonly machine: Machine;
      /** Of a booted machine: `running`, or `degraded` with `systemctl --failed`. */
      readonly state?: string | undefined;
      readonly failedUnits?: string | undefined;
    }
  | { readonly ok: false; readonly failure: Failure };

export interface Backend {
  readonly name: string;
  fits(spec: MachineSpec): boolean;
  start(request: StartRequest): Promise<Started>;
}

export const backends: readonly Backend[] = [
  {
    name: 'host',
    fits: (spec) => spec.kind === 'host',
    start: async (request) => ({ ok: true, machine: await startHost(request) }),
  },
  {
    name: 'ssh',
    fits: (spec) => spec.kind === 'ssh',
    async start({ spec, ...request }) {
      if (spec.kind !== 'ssh') throw new TypeError('ssh starts no machines');
      return { ok: true, machine: await startSsh({ ...request, spec }) };
    },
  },
  {
    name: 'nspawn',
    fits: (spec) => spec.kind === 'root' && (spec.backend ?? 'nspawn') === 'nspawn',
    async start(request) {
      const { spec, image } = request;
      if (spec.kind !== 'root' || image === undefined)
        throw new TypeError('nspawn starts roots of images only');
      const started = await startNspawn({ ...request, spec, image });
      if (!started.ok) return started;
      const { machine } = started;
      return { ok: true, machine, ...(machine.booted ? machine.health : {}) };
    },
  },
];

export function startMachine(request: StartRequest): Promise<Started> {
  const backend = backends.find((one) => one.fits(request.spec));
  if (backend === undefined) throw new TypeError(`no backend for a machine of kind "${request.spec.kind}"`);
  return backend.start(request);
}

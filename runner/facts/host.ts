/** Facts of this computer that are versions. */
import { release } from 'node:os';

import { runTool } from '../process.ts';
import { probeLimit, type Probe } from './probe.ts';

export const systemdVersion: Probe = async (signal, scale) => {
  const { exit, stdout } = await runTool(['systemctl', '--version'], {
    signal,
    timeoutMs: probeLimit(scale),
  });
  const { systemd, full } = parseSystemdVersion(stdout);
  if (exit !== 0 || systemd === undefined)
    return { ok: false, found: 'systemctl is not installed', fix: 'apt-get install systemd' };
  return { ok: true, found: `systemd ${full ?? systemd}`, version: systemd };
};

export const kernelVersion: Probe = () =>
  Promise.resolve({ ok: true, found: `Linux ${release()}`, version: /^[\d.]+/.exec(release())?.[0] });

/** Of `systemctl --version`: `systemd 252 (252.39-1~deb12u2)`. */
export function parseSystemdVersion(text: string): {
  systemd?: string | undefined;
  full?: string | undefined;
} {
  const [, systemd, full] = /^systemd (\d+)\S*(?: \((.*)\))?/.exec(text) ?? [];
  return { systemd, full: full ?? systemd };
}

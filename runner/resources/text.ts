/** Small readers of tools' output: lines, `Key=value`, versions, durations. */

/** Lines that are not empty. */
export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** `Key=value` lines, as `systemctl show` and `machinectl show` print them. */
export function readProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of lines(text)) {
    const at = line.indexOf('=');
    if (at > 0) properties[line.slice(0, at)] = line.slice(at + 1);
  }
  return properties;
}

/** Nothing to see rather than an empty text. */
export function some(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** The first dotted version in the first lines of a `--version`, else the first number there. */
export function findVersion(text: string): string | undefined {
  const head = lines(text).slice(0, 5).join('\n');
  return /\d+(?:\.\d+)+/.exec(head)?.[0] ?? /\d+/.exec(head)?.[0];
}

/** Microseconds as systemd-analyze words them: `877ms`, `2.060s`. */
export function wordMicroseconds(microseconds: number): string {
  const ms = Math.round(microseconds / 1000);
  return ms < 1000 ? `${ms}ms` : `${(ms / 1000).toFixed(3)}s`;
}

/** The resource `port`: who listens on `22/tcp` or `53/udp`, from /proc/net alone. */
import { absent, there, unreadable } from './resource.ts';
import type { Resource } from './resource.ts';
import { lines } from './text.ts';

/** A TCP socket that listens, a UDP socket that is not connected. */
const listeningState: Readonly<Record<string, string>> = { tcp: '0A', udp: '07' };

export const port: Resource = {
  first: { name: 'listening', expected: 'true' },
  // A kernel without IPv6 has no tcp6.
  collect: () => "grep -sH '' /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6",
  read(output, asked, context) {
    const [, digits, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(asked.name) ?? [];
    if (digits === undefined) return { ...absent, problem: 'a port is written 22/tcp or 53/udp' };
    if (!output.stdout.includes('local_address')) return unreadable(output, context);
    const hex = Number(digits).toString(16).toUpperCase().padStart(4, '0');
    const addresses = new Set<string>();
    for (const line of lines(output.stdout)) {
      const [, table = '', address = '', local, state] =
        /^\/proc\/net\/(tcp|udp)6?:\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2})/.exec(line) ?? [];
      if (table === protocol && local === hex && state === listeningState[table])
        addresses.add(readAddress(address));
    }
    const listening = addresses.size > 0;
    const address = listening ? { items: [...addresses] } : undefined;
    return { ...there({ listening: String(listening), address }), exists: listening };
  },
};

/** The kernel prints an address as 32-bit words in the order of the host (little-endian wherever systemd is tested). */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => `${bytes[2 * at]}${bytes[2 * at + 1]}`);
  // The URL parser writes an IPv6 address in its canonical, shortest form.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

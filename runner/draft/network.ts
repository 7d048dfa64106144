/** Facts of the network: who listens, and whether names resolve. */
import { type Computer, type DraftFact, isPlain } from './fact.ts';

interface Listener {
  readonly port: number;
  readonly inode: string;
}

/** TCP sockets that listen, of /proc/net/tcp or tcp6. */
export function readListeners(table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, port, inode] =
      /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A \S+ \S+ \S+\s+\d+\s+\d+ (\d+)/.exec(line) ?? [];
    return port === undefined || inode === undefined ? [] : [{ port: Number.parseInt(port, 16), inode }];
  });
}

export const listeningPorts: DraftFact = (computer) => {
  const { read } = computer;
  const all = ['tcp', 'tcp6'].flatMap((table) => readListeners(read(`/proc/net/${table}`)));
  // From here on the kernel gives ports away by itself: another one tomorrow.
  const [ephemeral = 32_768] = read('/proc/sys/net/ipv4/ip_local_port_range').split(/\s+/).map(Number);
  const lasting = all.filter(({ port }) => port < ephemeral);
  const owners = findOwners(computer, new Set(lasting.map(({ inode }) => inode)));
  const ports = [...new Set(lasting.map(({ port }) => port))].toSorted((a, b) => a - b);
  const drafted = ports.flatMap((port) => {
    const found = lasting.flatMap((one) => (one.port === port ? (owners.get(one.inode) ?? []) : []));
    // What a person started by hand is gone tomorrow.
    if (found.length > 0 && found.every(({ byHand }) => byHand)) return [];
    return [{ port, name: found.find(({ byHand }) => !byHand)?.name }];
  });
  const names = new Set(drafted.flatMap(({ name }) => (name !== undefined && isPlain(name) ? name : [])));
  return [
    ...drafted.map(({ port, name }) => ({
      why: `${name ?? 'Some program'} is reached here: ss -tlnp`,
      check: { port: `${port}/tcp` },
    })),
    ...[...names].map((process) => ({ why: 'It holds a port above.', check: { process } })),
  ];
};

interface Owner {
  readonly name: string;
  readonly byHand: boolean;
}

/** By inodes of sockets; without root only those of our own processes are seen. */
function findOwners(computer: Computer, inodes: ReadonlySet<string>): ReadonlyMap<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const pid of computer.list('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of computer.list(`/proc/${pid}/fd`)) {
      const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(computer.target(`/proc/${pid}/fd/${fd}`) ?? '') ?? [];
      if (!inodes.has(inode) || owners.has(inode)) continue;
      const name = computer.read(`/proc/${pid}/comm`).trim();
      const byHand = computer.read(`/proc/${pid}/cgroup`).includes('/user.slice/');
      owners.set(inode, { name, byHand });
    }
  }
  return owners;
}

export const nameResolution: DraftFact = async ({ read, ask }) => {
  const [address] = ((await ask(['getent', 'ahosts', 'localhost'])) ?? '').split(/\s+/);
  const loops = address !== undefined && /^(?:127\.0\.0\.1|::1)$/.test(address);
  const asks = /^nameserver\s/m.test(read('/etc/resolv.conf'));
  return [
    ...(loops
      ? [
          {
            why: 'Programs call themselves by this name.',
            check: { resolves: 'localhost', address: { contains: address } },
          },
        ]
      : []),
    ...(asks
      ? [{ why: 'There is a server to ask.', check: { file: '/etc/resolv.conf', contains: 'nameserver' } }]
      : []),
  ];
};

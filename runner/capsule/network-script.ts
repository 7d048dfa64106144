/** The shell text that PID 1 of a network's capsule runs. */
import { shellWord } from '../../src/describe-text.ts';
import type { PublishedPort } from '../../src/scenario.ts';

export interface NetworkMember {
  readonly name: string;
  readonly uplink: boolean;
  readonly ports: readonly PublishedPort[];
  /** On the link of the job's machines; absent: it has none. */
  readonly address?: string | undefined;
}

/** Any directory that every computer has: what is mounted there is seen in this capsule only. */
const place = '/mnt';

/** As seen from the capsule: a file bound to the network namespace of `name`. */
export function netPath(name: string): string {
  return `${place}/net-${name}`;
}

/** It says `ready`, and holds all of it until the runner closes the pipe. */
export function networkScript(members: readonly NetworkMember[]): string {
  return [
    'set -e',
    `mount -t tmpfs tmpfs ${place}`,
    ...(members.some(({ address }) => address !== undefined) ? bridge : []),
    ...members.flatMap((member, index) => [
      ...namespace(netPath(member.name)),
      `${at(member.name)} ip link set dev lo up`,
      ...(member.address === undefined ? [] : link(member.name, index, member.address)),
      ...(member.uplink ? uplink(member.name) : []),
      ...member.ports.flatMap((port) => publish(member.name, port)),
    ]),
    'echo ready',
    'read -r end',
  ].join('\n');
}

function namespace(path: string): readonly string[] {
  return [`: >${path}`, `unshare --net=${path} true`];
}

const bridgePath = `${place}/link`;
const inBridge = `nsenter --net=${bridgePath}`;
const bridge = [
  ...namespace(bridgePath),
  `${inBridge} ip link add name link type bridge`,
  `${inBridge} ip link set dev link up`,
];

/** Not `host0`, which systemd-networkd in a machine takes for its own. */
function link(name: string, index: number, address: string): readonly string[] {
  return [
    `${inBridge} ip link add name port-${index} type veth peer name link0 netns ${netPath(name)}`,
    `${inBridge} ip link set dev port-${index} master link up`,
    `${at(name)} ip address add ${address}/24 dev link0`,
    `${at(name)} ip link set dev link0 up`,
  ];
}

/**
 * For documents (RFC 5737), so that no computer has it. slirp4netns's own, 10.0.2.0/24, is what QEMU and VirtualBox give:
 * on a computer that is a machine of theirs, its own address and its neighbours would be looked for in here.
 */
const uplinkNet = '198.51.100';

/** The name server of an uplink; its answers come from the host's. */
export const uplinkResolver = `nameserver ${uplinkNet}.3\n`;

/**
 * slirp4netns writes a `1` to a descriptor once the interface is up; nothing comes where it ends before. pasta goes into
 * the background once it is, here with the addresses of the other.
 */
function uplink(name: string): readonly string[] {
  const fifo = `${place}/ready-${name}`;
  return [
    'if command -v slirp4netns >/dev/null; then',
    `mkfifo ${fifo}`,
    `slirp4netns ${slirpOptions} --ready-fd=4 ${netPath(name)} tap0 >/dev/null 4>${fifo} &`,
    `[ "$(cat ${fifo})" = 1 ]`,
    'else',
    `pasta ${pastaOptions.join(' ')} --netns ${netPath(name)}`,
    'fi',
  ];
}

const slirpOptions = `--configure --disable-host-loopback --netns-type=path --cidr=${uplinkNet}.0/24`;

/** Without these it would also publish every port, and make the gateway a way to the host's loopback. */
const pastaOptions = [
  '--quiet --config-net --netns-only --runas 0 --ns-ifname tap0 --no-map-gw',
  '--tcp-ports none --udp-ports none --tcp-ns none --udp-ns none',
  `--address ${uplinkNet}.100 --netmask 24 --gateway ${uplinkNet}.2 --dns-forward ${uplinkNet}.3`,
];

/**
 * systemd-socket-activate listens here, and at the first connection becomes systemd-socket-proxyd in the machine's
 * namespace. Its first line says whether it could; the fifo stays open in this shell, so that no later one kills it.
 */
function publish(name: string, { host, machine }: PublishedPort): readonly string[] {
  const fifo = `${place}/port-${host}`;
  const proxy = `${at(name)} /lib/systemd/systemd-socket-proxyd 127.0.0.1:${machine}`;
  const quiet = shellWord(`exec ${proxy} 2>/dev/null`);
  return [
    `mkfifo ${fifo}`,
    `exec 5<>${fifo}`,
    `systemd-socket-activate -l 127.0.0.1:${host} /bin/sh -c ${quiet} >/dev/null 2>&5 &`,
    'read -r line <&5',
    `case $line in Listening*) ;; *) echo "port ${host}: $line" >&2; exit 1;; esac`,
  ];
}

function at(name: string): string {
  return `nsenter --net=${netPath(name)}`;
}

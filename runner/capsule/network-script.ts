/** The shell text that PID 1 of a network's capsule runs. */
import { shellWord } from '../../src/describe-text.ts';
import type { PublishedPort } from '../../src/scenario.ts';

export interface NetworkMember {
  readonly name: string;
  readonly uplink: boolean;
  readonly ports: readonly PublishedPort[];
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
    ...members.flatMap((member) => [
      `: >${netPath(member.name)}`,
      `unshare --net=${netPath(member.name)} true`,
      at(member.name, 'ip link set dev lo up'),
      ...(member.uplink ? uplink(member.name) : []),
      ...member.ports.flatMap((port) => publish(member.name, port)),
    ]),
    'echo ready',
    'read -r end',
  ].join('\n');
}

/** The machine's own name server for what reaches out is slirp's; its answers come from the host's. */
export const slirpResolver = 'nameserver 10.0.2.3\n';

/** slirp4netns writes a `1` to a descriptor once the interface is up; nothing comes where it ends before. */
function uplink(name: string): readonly string[] {
  const fifo = `${place}/ready-${name}`;
  const words = `slirp4netns --configure --disable-host-loopback --netns-type=path --ready-fd=4 ${netPath(name)} tap0`;
  return [`mkfifo ${fifo}`, `${words} >/dev/null 4>${fifo} &`, `[ "$(cat ${fifo})" = 1 ]`];
}

/**
 * systemd-socket-activate listens here, and at the first connection becomes systemd-socket-proxyd in the machine's
 * namespace. Its first line says whether it could; the fifo stays open in this shell, so that no later one kills it.
 */
function publish(name: string, { host, machine }: PublishedPort): readonly string[] {
  const fifo = `${place}/port-${host}`;
  const proxy = `nsenter --net=${netPath(name)} /lib/systemd/systemd-socket-proxyd 127.0.0.1:${machine}`;
  const quiet = shellWord(`exec ${proxy} 2>/dev/null`);
  return [
    `mkfifo ${fifo}`,
    `exec 5<>${fifo}`,
    `systemd-socket-activate -l 127.0.0.1:${host} /bin/sh -c ${quiet} >/dev/null 2>&5 &`,
    'read -r line <&5',
    `case $line in Listening*) ;; *) echo "port ${host}: $line" >&2; exit 1;; esac`,
  ];
}

function at(name: string, command: string): string {
  return `nsenter --net=${netPath(name)} ${command}`;
}

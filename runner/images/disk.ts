/** The recipe `disk`: the root file system of a disk, mounted read only within the walls of a build and copied out. */
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { shellWord } from '../../src/describe-text.ts';
import { diskFormat, diskHeadBytes } from '../../src/disk.ts';
import { UserError } from '../../src/error.ts';
import type { BuildStep } from './recipes.ts';

export async function copyDisk(
  file: string,
  name: string,
  place: { readonly directory: string; readonly tree: string },
  run: (step: BuildStep) => Promise<void>,
): Promise<void> {
  const format = diskFormat(await headOf(file));
  if (format.kind === 'refused') {
    const { cause, hint } = format;
    throw new UserError(`cannot build image "${name}": "${file}" ${cause}`, { hint, status: 3 });
  }
  const converted = join(place.directory, 'tmp', 'disk.raw');
  if (format.kind === 'qcow2')
    await run({
      phase: 'converting',
      argv: ['qemu-img', 'convert', '-f', 'qcow2', '-O', 'raw', file, converted],
      inside: false,
      package: 'qemu-utils',
    });
  const disk = format.kind === 'qcow2' ? converted : file;
  await run({
    phase: 'copying its files',
    argv: ['sh', '-ec', copyRoot, disk, place.tree, join(place.directory, 'tmp/mount'), rootType()],
    inside: false,
    title: `reading ${basename(file)}`,
    shown: `(mounts each partition of ${shellWord(file)} until one has an os-release)`,
  });
}

async function headOf(file: string): Promise<Uint8Array> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(diskHeadBytes), 0, diskHeadBytes, 0);
  return buffer.subarray(0, bytesRead);
}

/** The type of a partition that holds the root of this architecture: the UAPI group's list of discoverable partitions. */
const rootTypes: Readonly<Record<string, string>> = {
  x64: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
  arm64: 'b921b045-1df0-41c3-af44-4c6f280d3fae',
  ia32: '44479540-f297-41b2-9af7-d131d5f0458a',
  arm: '69dad710-2ce4-4e3c-b16c-21a1d49abed3',
  riscv64: '72ec70a6-cf74-40e6-bd49-4bda08e8f224',
};
function rootType(): string {
  return rootTypes[process.arch] ?? 'none';
}

/**
 * Each partition, those of the root's type first, is looked into; the first that has an os-release is copied.
 * Beside the top of a btrfs stand subvolumes by the names that Fedora, Ubuntu and Debian give them.
 * The device of `mount -o loop` is released by the kernel with the mount, which ends with these walls.
 */
const copyRoot = String.raw`
disk=$0 tree=$1 at=$2 root=$3
mkdir "$at"
parts=$(partx --noheadings --raw --bytes --output NR,START,SIZE,TYPE "$disk" 2>/dev/null) || parts=
[ -n "$parts" ] || parts="disk 0 $(stat --dereference --format=%s "$disk") whole"

look() {
  part=$1 offset=$(($2 * 512)) size=$3
  case $part in disk) part='the disk, which has no partitions,';; *) part="partition $part";; esac
  kind=$(blkid --probe --offset "$offset" --size "$size" --match-tag TYPE --output value "$disk" 2>/dev/null) || kind=
  case $kind in
    '') echo "$part holds no file system that is known here"; return;;
    crypto_LUKS|BitLocker|*_member|swap) echo "$part is $kind"; return;;
    xfs) options=,nouuid;;
    *) options=;;
  esac
  if ! said=$(mount -t "$kind" -o "ro,loop,offset=$offset,sizelimit=$size$options" "$disk" "$at" 2>&1); then
    echo "$part is $kind: $said"; return
  fi
  for below in '' /root /@ /@rootfs; do
    [ -z "$below" ] || [ "$kind" = btrfs ] || break
    for release in etc/os-release usr/lib/os-release; do
      if [ -e "$at$below/$release" ] || [ -L "$at$below/$release" ]; then
        cp --archive --reflink=auto --no-target-directory "$at$below" "$tree"
        umount "$at"
        rm -rf "$tree/lost+found"
        exit 0
      fi
    done
  done
  umount "$at"
  echo "$part is $kind, without an os-release"
}

while read -r number start size type; do
  [ "$type" != "$root" ] || look "$number" "$start" "$size"
done <<END
$parts
END
while read -r number start size type; do
  [ "$type" = "$root" ] || look "$number" "$start" "$size"
done <<END
$parts
END
exit 1
`;

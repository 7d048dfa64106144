/** What the first bytes of a disk image say: whether it can be read, and how. */

export type DiskFormat =
  | { readonly kind: 'raw' | 'qcow2' }
  | { readonly kind: 'refused'; readonly cause: string; readonly hint: string };

/** As many bytes as are looked at. */
export const diskHeadBytes = 512;

export function diskFormat(head: Uint8Array): DiskFormat {
  const found = marks.find(({ offset = 0, bytes }) => bytes.every((byte, at) => head[offset + at] === byte));
  if (found === undefined) return { kind: 'raw' };
  const { name, format } = found;
  if (format === 'qcow2') return qcow2Format(head);
  return format === 'packed'
    ? refused(`is compressed (${name})`, 'unpack it first, and name the unpacked file')
    : refused(
        `is a disk of the format ${name}`,
        'make a raw one of it: qemu-img convert -O raw DISK disk.raw',
      );
}

interface Mark {
  readonly name: string;
  readonly format: 'qcow2' | 'packed' | 'other';
  readonly offset?: number;
  readonly bytes: Uint8Array;
}
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.codePointAt(0) ?? 0);
const marks: readonly Mark[] = [
  { name: 'qcow2', format: 'qcow2', bytes: latin1('QFI\xfb') },
  { name: 'vmdk', format: 'other', bytes: latin1('KDMV') },
  { name: 'vmdk', format: 'other', bytes: latin1('# Disk DescriptorFile') },
  { name: 'vhdx', format: 'other', bytes: latin1('vhdxfile') },
  { name: 'vdi', format: 'other', offset: 64, bytes: latin1('\x7f\x10\xda\xbe') },
  { name: 'qed', format: 'other', bytes: latin1('QED\0') },
  { name: 'gzip', format: 'packed', bytes: latin1('\x1f\x8b') },
  { name: 'xz', format: 'packed', bytes: latin1('\xfd7zXZ\0') },
  { name: 'zstd', format: 'packed', bytes: latin1('\x28\xb5\x2f\xfd') },
  { name: 'bzip2', format: 'packed', bytes: latin1('BZh') },
  { name: 'zip', format: 'packed', bytes: latin1('PK\x03\x04') },
];

/** The header of qcow2: docs/interop/qcow2.txt of QEMU. What lies in other files would be no part of the recipe. */
function qcow2Format(head: Uint8Array): DiskFormat {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const word = (at: number): number => (at + 4 <= head.byteLength ? view.getUint32(at) : 0);
  if (word(8) !== 0 || word(12) !== 0)
    return refused('has a backing file', 'make one file of both: qemu-img convert -O qcow2 DISK whole.qcow2');
  if (word(32) !== 0) return refused('is encrypted', 'make an open copy of it with qemu-img convert');
  if (word(4) >= 3 && (word(76) & 4) !== 0)
    return refused('keeps its content in another file', 'name that one; it is a raw disk');
  return { kind: 'qcow2' };
}

function refused(cause: string, hint: string): DiskFormat {
  return { kind: 'refused', cause, hint };
}

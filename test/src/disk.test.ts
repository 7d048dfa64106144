/** Which disks are read, by their first bytes. */
import t, { type Test } from 'tap';
import { diskFormat } from '../../src/disk.ts';

function checkFormat(t: Test, head: string, expected: object): void {
  t.match(diskFormat(Buffer.from(head, 'latin1')), expected);
}

/** The header of a qcow2, version 3, with one of its words set. */
function qcow2(at = 0, value = 0): string {
  const head = Buffer.alloc(104);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  if (at > 0) head.writeUInt32BE(value, at);
  return head.toString('latin1');
}

t.test('a disk is raw unless it says otherwise', async (t) => {
  checkFormat(t, '', { kind: 'raw' });
  checkFormat(t, '\0'.repeat(512), { kind: 'raw' });
  checkFormat(t, 'QF', { kind: 'raw' });
  checkFormat(t, qcow2(), { kind: 'qcow2' });
  checkFormat(t, qcow2(76, 1), { kind: 'qcow2' });
});

t.test('what lies elsewhere, or is no disk as it stands, is refused', async (t) => {
  checkFormat(t, qcow2(12, 104), { cause: 'has a backing file' });
  checkFormat(t, qcow2(32, 2), { cause: 'is encrypted' });
  checkFormat(t, qcow2(76, 4), { cause: 'keeps its content in another file' });
  checkFormat(t, '\x1f\x8b\b', { cause: 'is compressed (gzip)' });
  checkFormat(t, '\xfd7zXZ\0', { cause: 'is compressed (xz)', hint: /unpack/ });
  checkFormat(t, 'KDMV', { cause: 'is a disk of the format vmdk', hint: /qemu-img convert/ });
  checkFormat(t, `${'<<< VirtualBox >>>'.padEnd(64, '\0')}\x7f\x10\xda\xbe`, {
    cause: 'is a disk of the format vdi',
  });
});

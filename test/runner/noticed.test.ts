/** What every job notes: oopses as the kernel counts them, coredumps by the names of their files. */
import t from 'tap';
import { parseCoredumps } from '../../runner/backends/nspawn/boot-data.ts';
import { countOopses, notice, wordCoredumps, wordOopses } from '../../runner/noticed.ts';

t.test('an oops is one that the kernel had not counted before', async (t) => {
  t.equal(countOopses('3', '0'), 3);
  t.equal(countOopses('', '4736'), 1, 'an older kernel: its taint has bit 7');
  t.equal(countOopses('', '4608'), 0);
  const before = { oopses: 1, coredumps: [] };
  t.same(wordOopses(before, before), []);
  t.match(wordOopses(before, { ...before, oopses: 2 }), [/has oopsed/]);
  t.ok(Number.isInteger(notice().oopses), 'this kernel says how many');
});

t.test('coredumps are told by their command, whatever it is called', async (t) => {
  const name = 'core.my\\x20tool.v2.1000.b2d7e6f1a8c94b5e9d3c7a6b5e4f3d2c.42.1795548207000000.zst';
  t.same(wordCoredumps([name, 'core.odd']), [
    `coredump of my\\x20tool.v2: /var/lib/systemd/coredump/${name}`,
    'coredump: /var/lib/systemd/coredump/core.odd',
  ]);
  const folder = '/var/lib/systemd/coredump';
  t.same(parseCoredumps(`Coredumps=${folder}/${name} ${folder}/core.b\nVersion=252\n`), [name, 'core.b']);
  t.same(parseCoredumps(`Coredumps=${folder}/core.*\n`), []);
  t.same(parseCoredumps('Version=252\n'), []);
});

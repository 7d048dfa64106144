import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import t from 'tap';
import { findPattern, matchPattern, type Captures } from '../../src/pattern-match.ts';
import { isPattern, parsePattern } from '../../src/pattern.ts';

function run(source: string, text: string, variables: Captures = {}) {
  const parsed = parsePattern(source);
  if (!isPattern(parsed)) throw new Error(`bad pattern ${JSON.stringify(parsed)}`);
  return matchPattern(parsed, text, variables);
}
function checkMatches(source: string, text: string, captures: Captures = {}, variables: Captures = {}): void {
  t.strictSame(run(source, text, variables), { ok: true, captures }, `${source} | ${text}`);
}
function checkCatches(source: string, text: string, captures: Captures): void {
  const result = run(source, text);
  t.strictSame(result.ok ? result.captures : result.mismatch.message, captures, `${source} | ${text}`);
}
function checkFails(source: string, text: string, message?: RegExp): void {
  const result = run(source, text);
  t.notOk(result.ok, `${source} | ${text}`);
  if (!result.ok && message !== undefined) t.match(result.mismatch.message, message);
}

t.test('blanks, CR and a final newline do not matter where the language says so', async () => {
  checkMatches('a b', '  a \t b  \r\r\n');
  checkMatches('  a   b\n', 'a b');
  checkMatches('a\n\nb', 'a\r\n \r\nb\r\n');
  checkMatches('', '');
  checkMatches('', '\n');
  checkFails('', 'x\n', /no output/);
  checkFails('a b', 'ab');
  checkFails('a', 'a\n\n');
});

t.test('a wildcard takes any text, also none', async () => {
  checkMatches('foo<*>', 'foo');
  checkMatches('foo <*>', 'foo');
  checkMatches('<*> foo', 'foo');
  checkMatches('foo <*> bar', 'foo bar');
  checkMatches('foo <*> bar', 'foo a  b bar');
  checkMatches('<*>a<*>b<*>', 'xaab');
  checkFails('foo <*> bar', 'foobar');
  checkFails('<*>ab<*>b', 'xab');
  checkFails('foo <*>', 'foobar');
});

t.test('holes catch the longest text of their type and give back what the rest needs', async () => {
  checkCatches('<name>.service', 'a.service.service', { name: 'a.service' });
  checkCatches('(<comm>)', '(systemd)', { comm: 'systemd' });
  checkCatches('<x:duration> <y:duration>', '1min 2s', { x: '1min', y: '2s' });
  checkCatches('<a:text>, <b:text>', 'x  y, z, 1', { a: 'x  y, z', b: '1' });
  checkCatches('<*>pid <n:int><*>', 'the pid 123 4', { n: '123' });
  checkCatches('<*><n:int>', 'took 12 of 34', { n: '34' });
  checkCatches('Created symlink <:path> → <to:path>.', 'Created symlink /a/b → /c/d.service.', {
    to: '/c/d.service',
  });
  checkCatches('<f:/[a-z]+/>=<v:/a|ab/>', 'foo=ab', { f: 'foo', v: 'ab' });
  checkFails('<n:int>', 'x');
  checkFails('a<n>b', 'ab');
  checkFails('<x:/a*/>b', 'b');
});

t.test('each type takes what it is meant for', async () => {
  const whole: readonly (readonly [string, string])[] = [
    ['int', '-12'],
    ['number', '1.5e3'],
    ['hex', '0xBEEF'],
    ['path', '/etc/a b'.slice(0, 6)],
    ['ip', '192.168.1.255'],
    ['ip', 'fe80::d8bc:faff:feef:e6d5%2'],
    ['ip', '::1'],
    ['ip', '::ffff:10.0.0.1'],
    ['ip', '1:2:3:4:5:6:7:8'],
    ['mac', '52:54:00:aB:cd:ef'],
    ['uuid', '01234567-89ab-cdef-0123-456789abcdef'],
    ['uuid', 'e571870a46064ed383a19d92c956154e'],
    ['version', '252.39-1~deb12u2'],
    ['version', '6.18.44-fc-v769'],
    ['duration', '1min 2.3s'],
    ['duration', '1 day 5h'],
    ['duration', '964ms'],
    ['size', '230.1M'],
    ['size', '4096'],
    ['date', '2026-11-24'],
    ['date', 'Tue 2026-11-24'],
    ['date', 'Nov 24'],
    ['time', '02:48:38'],
    ['time', '02:48:38.123+00:00'],
    ['word', 'a/b.c'],
    ['text', 'a  b'],
  ];
  for (const [type, text] of whole) checkCatches(`<x:${type}>`, text, { x: text });
  for (const [type, text] of [
    ['ip', '1.2.3'],
    ['ip', '256.1.1.1'],
    ['uuid', 'e571'],
    ['int', '1.5'],
    ['duration', '5'],
    ['path', 'x'],
  ]) {
    checkFails(`<:${type}>`, text ?? '');
  }
});

t.test('three dots stand for lines, and a run stands at its leftmost fit', async () => {
  checkMatches('...', '');
  checkMatches('a\n...', 'a');
  checkMatches('a\n...\nb', 'a\nx\nb\nb');
  checkCatches('...\nk <v>\n...', 'a\nk 1\nk 2', { v: '1' });
  checkCatches('...\nk <v>', 'a\nk 1\nk 2', { v: '2' });
  checkCatches('...\na\nb <v>\n...', 'a\na\nb 1', { v: '1' });
  checkFails('a\n...\na', 'a');
  checkFails('...\nx\n...', 'a\nb', /no line .* "x"/);
});

t.test('no place of a run is passed over', async () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
  const run = fc.array(fc.constantFrom('a', 'b', 'c', '<:word>'), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(run, words, (wanted, lines) => {
      const parsed = parsePattern(wanted.join('\n'));
      if (!isPattern(parsed)) return false;
      const found = findPattern(parsed, lines, {});
      const fits = (start: number) =>
        wanted.every((word, index) => {
          const line = lines[start + index];
          return line !== undefined && (word === '<:word>' || word === line);
        });
      return (found.ok ? found.line : -1) === lines.findIndex((_, start) => fits(start));
    }),
    { numRuns: 1000 },
  );
});

t.test('a name used twice must catch equal text', async () => {
  checkCatches('<a:int> <a>', '1 1', { a: '1' });
  checkFails('<a:int> <a>', '1 2', /<a> caught "1" first and "2" on line 1/);
  checkCatches('<a:int>\n...\nx <a> <b>\n...', '1\nx 2 p\nx 1 q', { a: '1', b: 'q' });
});

t.test('a variable is literal text in a pattern', async () => {
  checkMatches('${v} $${v} <<v>', '<x:int> ${v} <v>', {}, { v: '<x:int>' });
  checkMatches('a ${v} d', 'a b\nc d', {}, { v: 'b\nc' });
});

t.test('what systemd of four versions prints is matched by one pattern', async (t) => {
  const recorded: Record<string, Record<string, string>> = JSON.parse(
    readFileSync('test/fixtures/commands.json', 'utf8'),
  );
  const patterns = {
    ver: 'systemd <v:int> (<:version>)\n...',
    analyze:
      'Startup finished in <boot:duration> (userspace)<*>\ngraphical.target reached after <t:duration> in userspace<*>',
    status:
      'debian-tree(<id:hex>)\nSince: <:date> <:time> UTC; <:duration> ago\nLeader: <leader:int> (systemd)\n...\nRoot: <:path>\n...',
    list: 'MACHINE <*> ADDRESSES\ndebian-tree container systemd-nspawn debian <*> -\n\n<n:int> machines listed.',
    'list-images': 'NAME <*>\ndebian-tree directory no <*>\n...',
    show: 'Name=debian-tree\nId=<:uuid>\n...\nLeader=<pid:int>\n...',
    blame: '<:duration> <unit>.service\n...',
    crit: '...\ngraphical.target @<t:duration>\n└─multi-user.target @<:duration>\n└─<unit>.service @<:duration> +<:duration>\n...',
    'svc-status':
      '● systemd-nspawn@debian-tree.service - <d:text>\n...\nActive: active (running) since <:date> <:time> UTC; <:duration> ago\n...\nMain PID: <pid:int> (<comm>)\n...',
    networkctl:
      'IDX LINK <*>\n<:int> lo loopback carrier unmanaged\n<i:int> ve-debian-tree <*>\n\n2 links listed.',
    'ping-c':
      'PING <ip:ip> (<ip>) 56(84) bytes of data.\n64 bytes from <ip>: icmp_seq=1 ttl=64 time=<:number> ms\n...',
    'shell-root': 'uid=0(root) gid=<:int>(root) <*>',
  };
  for (const [release, commands] of Object.entries(recorded)) {
    for (const [id, pattern] of Object.entries(patterns)) {
      const text = commands[id];
      if (text === undefined) continue;
      const result = run(pattern, text);
      t.ok(result.ok, `${release} ${id}`, result.ok ? {} : { mismatch: result.mismatch });
    }
  }
});

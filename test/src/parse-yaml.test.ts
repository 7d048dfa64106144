import { array, assert, constantFrom, nat, property } from 'fast-check';
import t from 'tap';
import { parseScenario } from '../../src/parse.ts';
import { checkProblems, messagesOf, scenarioOf, withSteps } from './parse-check.ts';

t.test('a text is the source of its scalar', async (t) => {
  const { steps, tags } = scenarioOf(
    'title: 1e3\ntags: [3.10, yes, 0x1f]\nmachine: debian-12\nsteps:\n- run: true\n- {write: /a, mode: 0644, content: 010}',
  );
  t.same(tags, ['3.10', 'yes', '0x1f'].slice(0, 3));
  t.match(steps, [
    { verb: 'run', run: 'true' },
    { verb: 'write', mode: '0644', content: '010' },
  ]);
});

t.test('what YAML would make of a command is an error', async (t) => {
  checkProblems(
    t,
    withSteps('- run: ! grep -q x /etc/passwd'),
    `
a.yaml:4:8: a text that begins with ! is a YAML tag
  - run: ! grep -q x /etc/passwd
         ^
hint: quote the text, or use | before it`,
  );
  checkProblems(
    t,
    withSteps('- run: [ -d x ]'),
    `
a.yaml:4:8: run must be a text, not a list
  - run: [ -d x ]
         ^
hint: write one text here (a text that begins with [ or { needs quotes, or | before it)`,
  );
  checkProblems(
    t,
    withSteps('- run: a: b'),
    `
a.yaml:4:8: not valid YAML: this value reads as a map
  - run: a: b
         ^
hint: a text that holds ": " needs quotes, or | before it; else look how the lines below are indented`,
  );
});

t.test('a line that is indented wrongly is told where it begins, once', async (t) => {
  checkProblems(
    t,
    withSteps('  - run: a\n   expect: b\n'),
    `
a.yaml:5:4: not valid YAML: this line is neither in the item above nor an item
     expect: b
     ^
hint: indent it like the first key of the item, behind its "- "`,
  );
  checkProblems(
    t,
    withSteps('- run: |\n  echo hi\n'),
    `
a.yaml:5:3: not valid YAML: a text stands where a key belongs
    echo hi
    ^
hint: write key: value; lines of a text below | are indented further than its key`,
  );
  const neighbours = '5:3: not valid YAML: this line is not indented like its neighbours';
  t.same(messagesOf(withSteps('    - run: a\n  expect: b\n')), [neighbours]);
  t.same(messagesOf(withSteps('    - run: a\n  expect: b\n    - run: c\n')), [neighbours]);
  t.same(messagesOf(withSteps(' - run: a\n- run: b\n')), [
    '5:1: not valid YAML: an item stands where none belongs',
  ]);
});

t.test('what is opened and not closed is told where it opens', async (t) => {
  checkProblems(
    t,
    withSteps("- run: echo it\n  expect: 'it\n- run: true\n"),
    `
a.yaml:5:11: not valid YAML: the quote ' that opens here is not closed
    expect: 'it
            ^
hint: close it behind the text; within it ' is written ''`,
  );
  checkProblems(
    t,
    withSteps('- run: "echo\n- run: "true"\n'),
    `
a.yaml:4:8: not valid YAML: the quote " that opens here is not closed
  - run: "echo
         ^
hint: close it behind the text; within it " is written \\"`,
  );
  checkProblems(
    t,
    'title: A\ntags: [a, b\nmachine: host\n',
    `
a.yaml:2:7: not valid YAML: the bracket [ that opens here is not closed
  tags: [a, b
        ^
hint: close it with ], or quote the text; the lines below, up to ], are indented further`,
  );
  t.same(messagesOf('a: {b: {c: d}\n'), ['1:4: not valid YAML: the bracket { that opens here is not closed']);
  t.same(messagesOf('- {run: "true", expect: \'hello}\n- run: x\n'), [
    "1:25: not valid YAML: the quote ' that opens here is not closed",
  ]);
  t.same(messagesOf('- {run: "a\nb"}\n'), ['1:9: not valid YAML: the quote " that opens here is not closed']);
  t.same(messagesOf('a: "b\n  c: "d"\n'), [
    '1:4: not valid YAML: the quote " that opens here is closed lines below, before more text',
  ]);
  t.same(messagesOf("a: 'it's'\n"), ['1:8: not valid YAML: more text stands behind a quoted text']);
});

t.test('anchors, aliases, merge keys and second documents are errors, all at once', async (t) => {
  t.same(messagesOf('title: &t A\nmachine: *t\n<<: {a: b}\nsteps: [{run: x}]\n---\ntitle: B\n'), [
    '1:8: &t is a YAML anchor',
    '2:10: *t is a YAML alias',
    '3:1: << is a YAML merge key',
    '5:1: a second document begins here',
  ]);
});

t.test('a duplicate key names the line of the first', async (t) => {
  checkProblems(
    t,
    'title: A\nmachine: host\ntitle: B\nsteps: [{say: x}]',
    `
a.yaml:3:1: duplicate key "title"
  title: B
  ^
hint: it stands in line 1 already; remove one of them`,
  );
});

t.test('warnings of the parser are errors', async (t) => {
  t.match(messagesOf('%FOO\n---\ntitle: A'), ['1:1: not valid YAML: Unknown directive %FOO']);
});

t.test('an empty file is an error', async (t) => {
  t.same(messagesOf(''), ['1:1: the file is empty']);
  t.same(messagesOf('# nothing\n'), ['1:1: the file is empty']);
});

t.test('aliases past any limit cost nothing', async (t) => {
  const bomb = [
    'a0: &a0 [x]',
    ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
  ];
  const began = process.cpuUsage();
  t.ok(messagesOf(bomb.join('\n')).length > 40);
  t.ok(process.cpuUsage(began).user < 1_000_000);
});

t.test('a file nested past any sense is an error, not an overflow', async (t) => {
  t.match(messagesOf(`title: ${'['.repeat(20_000)}`), [/nested more than 60 levels deep/]);
  t.match(messagesOf('- '.repeat(20_000)), [/nested more than 60 levels deep/]);
});

t.test('whatever is done to a good file, it gives problems or a scenario, never a throw', async (t) => {
  const good = withSteps(
    '- title: B\n  run: echo ${x}\n  expect: {stdout: "<a:int>...", where: {a: "> 1"}}\n- write: /x\n  content: |\n    y\n- check: [{unit: a, active: x}]\n',
  );
  const piece = constantFrom(
    '${',
    '<',
    ':',
    '- ',
    '[',
    '{',
    '&a ',
    '*a',
    '!',
    '|',
    '\n',
    '\t',
    '"',
    '#',
    'expect',
    '\u0000',
    '"',
  );
  assert(
    property(nat(good.length), nat(8), array(piece, { maxLength: 4 }), (at, cut, pieces) => {
      const text = good.slice(0, at) + pieces.join('') + good.slice(at + cut);
      const parsed = parseScenario(text, { file: 'a', name: 'a', directory: '/' });
      return 'scenario' in parsed || parsed.problems.length > 0;
    }),
    { numRuns: 300 },
  );
  t.pass();
});

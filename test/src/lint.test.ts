/** Every rule of lint: its bad example is found at its mark and nowhere else, its good one is clean; and the page of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { array, assert, constantFrom, property } from 'fast-check';
import t, { type Test } from 'tap';
import { lintScenario, rules } from '../../src/lint/index.ts';
import { shellCommands } from '../../src/lint/shell.ts';
import { placeAt, makeSource } from '../../src/problem.ts';
import { scenarioOf, withSteps } from './parse-check.ts';

const head = 'title: T\nmachine: base\n';

/** `line:column rule` of each finding, of the text without its mark. */
function findingsIn(text: string): readonly string[] {
  return lintScenario(scenarioOf(text), text).map(
    ({ rule, place }) => `${place.line}:${place.column} ${rule.id}`,
  );
}

/** Each `«` is where a finding must be; all of them are of this rule. */
function checkMarked(t: Test, marked: string, id: string, title = marked): void {
  const expected: string[] = [];
  let text = marked;
  for (let at = text.indexOf('«'); at >= 0; at = text.indexOf('«')) {
    text = text.slice(0, at) + text.slice(at + 1);
    const { line, column } = placeAt(makeSource('a', '/', text), at);
    expected.push(`${line}:${column} ${id}`);
  }
  t.same(findingsIn(text), expected, title);
}

for (const { id, title, bad, good } of rules) {
  t.test(`${id}: ${title}`, async (t) => {
    t.equal(bad.split('«').length, 2, 'one mark');
    checkMarked(t, head + bad, id);
    t.same(findingsIn(head + good), [], good);
  });
}

t.test('the ids count from L001, and no name stands twice', async (t) => {
  t.same(
    rules.map(({ id }) => id),
    rules.map((_, index) => `L${String(index + 1).padStart(3, '0')}`),
  );
  t.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
});

function checkSteps(t: Test, id: string, ...steps: string[]): void {
  for (const step of steps) checkMarked(t, withSteps(step), id, step);
}

t.test('what cannot fail', async (t) => {
  checkSteps(
    t,
    'L001',
    '- {run: x, expect: «{exit: "*"}}',
    '- {run: x, expect: {«contains: ""}}',
    '- {run: x, expect: {stdout: «{matches: ".*"}}}',
    '- {run: x, expect: {stdout: «{lines: ">= 0"}}}',
    '- {run: x, expect: {stdout: «{any: [a, "..."]}}}',
    '- {check: {output-of: x, stdout: «"..."}}',
    '- {run: x, expect: {exit: "*", stderr: ""}}',
    '- {run: x, expect: {exit: "*"}, check: {file: /x}}',
    '- {run: x, expect: {stdout: {lacks: error}}}',
    '- {run: x, expect: ""}',
    '- {run: x, expect: <*>}',
  );
});

t.test('what fails unseen', async (t) => {
  checkSteps(
    t,
    'L002',
    '- run: |\n    «false\n    true\n',
    '- run: |\n    echo a\n\n    if x; then\n      y\n    fi\n    «mkdir /x && cd /x   # comment\n    ls\n',
    '- run: «mkdir /x; ls /x',
    '- run: "«a; b"',
    '- run: |\n    set -u\n    «cat <<END\n    a\n    END\n    ls\n',
    '- run: |\n    cat <<END >/x\n    false\n    true\n    END\n',
    '- run: |\n    a=1; b="x; y" \n    ls $a; \n',
    '- run: |\n    a \\\n      && b | c &&\n    d\n',
    '- run: |\n    f() {\n      a\n      b\n    }\n    f\n',
    '- run: |\n    case x in\n      x) a; b ;;\n      *) c ;;\n    esac\n    ls\n',
    '- run: for a in 1 2; do x; y; done',
    '- run: |\n    x || exit 4\n    ls\n',
    '- run: echo "$(a; b)" \'c; d\' `e; f` # g; h',
    '- run: |\n    [[ a == b && c < d ]] || e\n',
  );
  checkSteps(t, 'L003', '- run: a || b «|| true');
  checkSteps(t, 'L003', '- {run: "a || true", expect: x}', '- run: echo "a || true"', '- run: a || b');
  checkSteps(t, 'L004', '- run: |\n    a &&\n    «! b', '- run: "! test -d /x"', '- run: if ! a; then b; fi');
});

t.test('what a pipe hides', async (t) => {
  checkSteps(
    t,
    'L014',
    '- run: a | b «| head -n 1',
    '- run: "a && b «|& sort -u"',
    '- {run: a | head, expect: x}',
    '- {run: a | wc -l, check: {file: /x}, expect: {exit: 0}}',
    '- run: set -o pipefail\n- run: a | head',
    '- run: a | grep -q b',
    '- run: a || cat',
    '- run: echo "a | head"',
    '- run: if a; then b | head; fi',
    '- run: a | tee /x',
  );
});

t.test('what YAML takes for a comment', async (t) => {
  checkSteps(
    t,
    'L016',
    '- run: a\n  expect: hi   «# there',
    '- run: a\n  expect:\n    stdout:\n      contains:\n        - hi «# there\n        - b',
    '- check:\n  - file: /etc/hosts # there\n    contains: hi «# there',
    '- {run: a, except: [{when: {systemd: ">= 1"}, because: b, expect: hi «# there\n  }]}',
    '- run: a\n  expect: "hi" # there',
    '- run: a\n  expect: hi#there',
    '- run: a # b\n  expect: |\n    hi # there',
    '- run: a\n  expect: {exit: 1} # for it is killed',
    '- run: a\n  expect:\n    exit: 1 # for it is killed\n    stdout: hi',
  );
});

/** Of a step with this condition, on the images a and b. */
function findingsWhen(when: string): readonly string[] {
  const machine = 'matrix: {image: [a, b]}\nmachine: ${image}';
  return findingsIn(`title: T\n${machine}\nsteps: [{run: "x", when: {${when}}, because: y}]`);
}

t.test('steps that some job runs', async (t) => {
  t.same(findingsWhen('image: c'), ['4:34 L015']);
  t.same(findingsWhen('image: b'), []);
  t.same(findingsWhen('systemd: ">= 999"'), [], 'known when it runs');
});

t.test('what is only evidence, or only tidies, may fail', async (t) => {
  const rest = '- {run: x}\ncleanup:\n- run: umount /x || true\n- run: "! a"\non-failure: [{run: "a; b"}]';
  t.same(findingsIn(withSteps(rest)), []);
});

t.test('times, children and shells that end', async (t) => {
  checkSteps(t, 'L005', '- run: "a && «sleep 0.5 && b"', '- run: sleep infinity', '- run: echo sleep 5');
  checkSteps(t, 'L006', '- run: "«a & wait"', '- run: a >/x 2>&1 &', '- run: a && b', '- run: a &>/x');
  checkSteps(t, 'L010', '- run: |\n    echo a\n    «exec x\n- run: y', '- run: «set -e\n- run: y');
  checkSteps(
    t,
    'L010',
    '- run: exit 3',
    '- run: exec 2>&1\n- run: y',
    '- {run: exit 3, user: nobody}\n- run: y',
  );
  checkSteps(t, 'L010', '- run: a || exit 1\n- run: y', '- {run: exit 3, session: other}\n- run: y');
  checkSteps(t, 'L009', '- {wait: {file: /x}, timeout: 5m}', '- {wait: {file: /x}, «timeout: 301s}');
  checkSteps(t, 'L012', '- {wait: {file: /x}, «within: 16m}');
});

t.test('units whose state is not asked for', async (t) => {
  checkSteps(
    t,
    'L013',
    '- wait: [{unit: a, «result: success}, {unit: b}]',
    '- check: {unit: a, enabled: enabled, «restarts: "< 3"}',
    '- check: {unit: a, property: {«NRestarts: 0}}',
    '- check: [{unit: a, restarts: 0}, {unit: a}]',
    '- check: {unit: a, enabled: enabled}',
    '- check: {unit: a, restarts: ">= 1"}',
    '- check: {unit: a, result: exit-code}',
    '- check: {unit: a, sub: running, restarts: 0}',
  );
});

t.test('names that are used, wherever that is', async (t) => {
  checkSteps(
    t,
    'L007',
    '- {run: x, expect: "«<a> <b>"}\n- {run: "echo ${b}"}',
    '- {run: x, expect: <a>, where: {a: 3}}',
    '- {run: x, expect: <a> <a>}',
    '- {run: x, expect: "<a:int>"}',
    '- {run: x, expect: <a>, measure: {m: "${a}"}}',
    '- run: x\n  expect: |\n    ...\n    b «<a>\n',
  );
  const matrix = 'title: T\nmatrix: {i: [a, b]}\n';
  t.same(findingsIn(`${matrix}machine: $\{i}\nsteps: [{run: x}]`), []);
  t.same(findingsIn(`${matrix}machine: a\nsteps: [{run: x, when: {i: a}, because: y}]`), []);
  t.same(findingsIn(`${matrix}machine: a\nsteps: [{run: echo $in}]`), ['2:10 L008']);
});

t.test('a file ends with a newline, wherever it is written', async (t) => {
  const machine = 'title: T\nmachine: {image: a, files: [{path: /x, content: y}]}\nsteps: [{run: x}]';
  t.same(findingsIn(machine), ['2:40 L011']);
  checkSteps(t, 'L011', '- {write: /proc/sys/x, content: 1}', '- {write: /x, content: ""}');
});

const root = fileURLToPath(new URL('../..', import.meta.url));

t.test('shipped scenarios are clean', async (t) => {
  const files = readdirSync(`${root}scenarios`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\/.*\.yaml$/.test(file),
  );
  t.ok(files.length > 10);
  for (const file of files) t.same(findingsIn(readFileSync(`${root}scenarios/${file}`, 'utf8')), [], file);
});

t.test('the reference has every rule with both examples', async (t) => {
  const page = readFileSync(`${root}scenarios/README.md`, 'utf8');
  const section = page.split('\n## Lint\n')[1]?.split('\n## ')[0] ?? '';
  for (const { id, title, why, hint, bad, good } of rules) {
    t.ok(section.includes(`### ${id}: ${title}\n\n${why}\nInstead: ${hint}.\n`), id);
    const blocks = [bad.replace('«', ''), good].map((text) => `\`\`\`yaml lint\n${text}\`\`\`\n`);
    t.ok(section.includes(`\n${blocks.join('\n')}`), `${id}: its examples`);
  }
  t.equal([...section.matchAll(/^### L\d+/gm)].length, rules.length);
});

t.test('any text ends in commands, whose places are theirs', async () => {
  const words = 'a b $ ( ) { } [ ] \' " ` \\ # ; & | < > ! = <<E $( ${ if fi [[ done'.split(' ');
  const piece = constantFrom(...words, ' ', '\n', '\t');
  assert(
    property(array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      return shellCommands(text).every((command) => text.startsWith(command.text, command.offset));
    }),
    { numRuns: 2000 },
  );
});

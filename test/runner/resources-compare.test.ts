import t from 'tap';
import { factHolds } from '../../runner/resources/compare.ts';
import type { Value } from '../../runner/resources/resource.ts';
import { parseScenario } from '../../src/parse.ts';
import type { FactMatcher } from '../../src/scenario.ts';

type Test = Pick<typeof t, 'equal'>;

/** Each line is a fact as a file says it, after `+` where it holds of the value, after `-` where it does not. */
function checkFacts(t: Test, check: string, value: Value, expected: string): void {
  for (const line of expected.trim().split('\n')) {
    const [sign, fact] = [line.trim().slice(0, 1), line.trim().slice(2)];
    t.equal(factHolds(value, readFact(`{${check}, ${fact}}`), { name: 'docker' }), sign === '+', line.trim());
  }
}

t.test('a list is told by some of its items, by all of them in any order, or by none', async (t) => {
  checkFacts(
    t,
    'user: ci',
    { items: ['ci', 'docker', 'sudo'] },
    `+ groups: docker
     + groups: "\${name}"
     - groups: dock
     + groups: {contains: docker}
     - groups: {contains: [docker, adm]}
     - groups: {contains: dock}
     + groups: {lacks: adm}
     - groups: {lacks: sudo}
     + groups: {not: adm}
     - groups: {not: docker}
     + groups: [sudo, docker, ci]
     - groups: [sudo, docker]
     - groups: []
     + groups: {any: [adm, docker]}`,
  );
});

t.test('failed units are counted, or named one and all', async (t) => {
  checkFacts(
    t,
    'system: running',
    { counted: [] },
    `+ failed-units: 0
     + failed-units: []
     + failed-units: "< 1"
     - failed-units: 1
     - failed-units: [a.service]`,
  );
  checkFacts(
    t,
    'system: running',
    { counted: ['a.service', 'b.service'] },
    `+ failed-units: 2
     - failed-units: 0
     - failed-units: []
     + failed-units: [b.service, a.service]
     - failed-units: [a.service]
     - failed-units: a.service
     + failed-units: {contains: a.service}
     - failed-units: {lacks: a.service}`,
  );
});

t.test('a version compares by its parts', async (t) => {
  checkFacts(
    t,
    'command: x',
    { version: '3.10' },
    `+ version: "> 3.9"
     - version: "< 3.9"
     + version: 3
     + version: 3.10
     - version: "< 3"
     - version: "4"`,
  );
});

t.test('a mode is one number in several spellings, and is denied in all of them', async (t) => {
  checkFacts(
    t,
    'file: /x',
    { either: ['0644', '644'] },
    `+ mode: 0644
     + mode: 644
     - mode: 0640
     - mode: "!= 0644"
     - mode: {not: 644}
     + mode: {not: 640}`,
  );
});

t.test('nothing seen is never as expected', async (t) => {
  checkFacts(
    t,
    'unit: x',
    undefined,
    `- active: {not: active}
     - active: <*>
     - restarts: "!= 0"`,
  );
});

function readFact(check: string): FactMatcher {
  const text = `title: x\nmachine: host\nenv: {name: docker}\nsteps:\n  - check: ${check}\n`;
  const parsed = parseScenario(text, { file: 'x.yaml', name: 'x', directory: '/' });
  const step = 'scenario' in parsed ? parsed.scenario.steps[0] : undefined;
  const fact = step?.check[0]?.facts[0];
  if (fact === undefined) throw new TypeError(`cannot read ${check}: ${JSON.stringify(parsed)}`);
  return fact.expected;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import t, { type Test } from 'tap';
import { sarif } from '../../reports/sarif.ts';
import { lintScenario, rules } from '../../src/lint/index.ts';
import { parseScenario } from '../../src/parse.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/schemas/sarif-2.1.0.json'), 'utf8'),
);
const validate = new Ajv({ allowUnionTypes: true }).compile(schema);

function checkLog(t: Test, file: string, expected: object): void {
  const text = 'title: A\nmachine: a\nsteps:\n- run: a || true\n';
  const parsed = parseScenario(text, { file, name: 'a', directory: '/' });
  const findings = 'scenario' in parsed ? lintScenario(parsed.scenario, text) : [];
  const log: unknown = JSON.parse(sarif(findings, { version: '1.2.3', rules }));
  t.match(log, expected);
  t.ok(validate(log), JSON.stringify(validate.errors));
}

t.test('a finding has its rule, its place, and a path to click on', async (t) => {
  checkLog(t, './a b/ü.yaml', {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rootlab', version: '1.2.3' } },
        results: [
          {
            ruleId: 'L003',
            ruleIndex: 2,
            level: 'warning',
            message: { text: /^"\|\| true" makes every failure of "a" a success\nhint: leave it out/ },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'a%20b/%C3%BC.yaml' },
                  region: { startLine: 4, startColumn: 10 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
  checkLog(t, '/x/a.yaml', {
    runs: [
      { results: [{ locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///x/a.yaml' } } }] }] },
    ],
  });
});

t.test('every rule is described, found or not', async (t) => {
  const log: unknown = JSON.parse(sarif([], { version: '1', rules }));
  t.match(log, {
    runs: [
      {
        results: [],
        tool: {
          driver: {
            rules: rules.map(({ id, name, title, why }) => ({
              id,
              name,
              shortDescription: { text: title },
              fullDescription: { text: why },
              defaultConfiguration: { level: 'warning' },
            })),
          },
        },
      },
    ],
  });
});

t.test('what the format does not know is found', async (t) => {
  const log = sarif([], { version: '1', rules });
  t.ok(validate(JSON.parse(log)), JSON.stringify(validate.errors));
  for (const [from, to] of [
    ['"2.1.0"', '"2.1"'],
    ['"driver"', '"drivers"'],
    ['"level": "warning"', '"level": "warn"'],
  ] as const)
    t.notOk(validate(JSON.parse(log.replace(from, to))), to);
});

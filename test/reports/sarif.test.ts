import t from 'tap';
import { sarif } from '../../reports/sarif.ts';
import { lintScenario, rules } from '../../src/lint/index.ts';
import { parseScenario } from '../../src/parse.ts';

function checkLog(t: { match: (a: unknown, b: object) => void }, file: string, expected: object): void {
  const text = 'title: A\nmachine: a\nsteps:\n- run: a || true\n';
  const parsed = parseScenario(text, { file, name: 'a', directory: '/' });
  const findings = 'scenario' in parsed ? lintScenario(parsed.scenario, text) : [];
  t.match(JSON.parse(sarif(findings, { version: '1.2.3', rules })), expected);
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

import { readFileSync } from 'node:fs';
import t from 'tap';
import { scenarioJsonSchema } from '../../src/schema.ts';

t.test(
  'scenarios/schema.json is what the declaration says (else: rootlab schema > scenarios/schema.json)',
  async (t) => {
    const written = readFileSync(new URL('../../scenarios/schema.json', import.meta.url), 'utf8');
    t.equal(written, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  },
);

t.test('the schema knows verbs, resources, matchers, and no places', async (t) => {
  const text = JSON.stringify(scenarioJsonSchema());
  for (const key of ['"write"', '"reboot"', '"failed-units"', '"in-order"', '"keep-going"'])
    t.ok(text.includes(key), key);
  t.notOk(text.includes('"at"'));
  t.match(scenarioJsonSchema().required, ['title', 'steps']);
  t.match(scenarioJsonSchema().oneOf, [{ required: ['machine'] }, { required: ['machines'] }]);
});

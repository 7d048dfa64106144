import { readFileSync } from 'node:fs';
import t from 'tap';
import { jobsOf } from '../../src/plan.ts';
import { scenarioOf } from './parse-check.ts';

function example(name: string): string {
  return readFileSync(new URL(`../fixtures/examples/${name}.yaml`, import.meta.url), 'utf8');
}

t.test('the whole example of the language', async (t) => {
  const scenario = scenarioOf(example('whole'));
  t.same(
    jobsOf(scenario).map(({ name }) => name),
    ['a@debian-12', 'a@debian-13'],
  );
  t.match(scenario, {
    needs: [{ name: 'nested-nspawn' }],
    steps: [
      {
        id: 'say-hello-from-inside',
        verb: 'run',
        expect: { stdout: { kind: 'pattern', value: 'hello, outside world!' } },
      },
      { check: [{ kind: 'machine', name: 'debian-tree', facts: [{ name: 'state' }] }], withinMs: 30_000 },
      { expect: { exit: ['0'] } },
      { id: 'step-4', run: 'test -d /proc/$leader' },
      { expect: { where: { boot: '< 30s' } }, measure: { 'nested-boot': '${boot}' } },
    ],
  });
});

t.test('a host that is only looked at', async (t) => {
  const { machine, steps } = scenarioOf(example('host'));
  t.equal(machine.kind, 'host');
  t.match(steps[0]?.check, [
    {
      kind: 'command',
      name: 'systemctl',
      facts: [{ name: 'version', expected: { kind: 'comparison', value: '>= 252' } }],
    },
    { kind: 'system', facts: [{ name: 'failed-units', expected: { kind: 'comparison', value: '0' } }] },
  ]);
  t.match(steps[1]?.check[1]?.facts, [
    { name: 'contains', expected: { kind: 'contains', value: [{ value: 'cpu' }, {}, {}] } },
  ]);
  t.match(steps[2]?.check[1]?.facts[1], { name: 'property.Restart', expected: { value: 'on-failure' } });
});

t.test('a service, a step of a workshop, a boot', async (t) => {
  t.match(scenarioOf(example('service')).steps, [
    { verb: 'write', path: '/etc/systemd/system/hello.service', mode: '0644' },
    { expect: { stderr: { kind: 'pattern' } } },
    { expect: { stdout: { value: '<pid:int>' } } },
    {},
    { verb: 'wait', wait: [{ kind: 'unit', facts: [{}, { name: 'restarts' }] }], withinMs: 30_000 },
    { id: 'it-is-another-process', expect: { where: { new: '!= ${pid}' } } },
    { check: [{ kind: 'journal', facts: [{ name: 'since' }, { name: 'contains' }] }] },
    { expect: { exit: ['!= 0'] } },
    { verb: 'reboot' },
    {},
  ]);
  t.match(scenarioOf(example('workshop-step')).steps, [
    { verb: 'say' },
    { learn: { hints: [/template/, /nspawn@/], explain: [{ when: [{ kind: 'file' }] }], wrong: [{}] } },
    { verb: 'ask', answer: { run: /machinectl/ } },
  ]);
  t.equal(scenarioOf(example('boot-regression')).axes[0]?.values.length, 4);
});

t.test('two machines that talk', async (t) => {
  const [job] = jobsOf(scenarioOf(example('two-machines')));
  t.equal(job?.name, 'a@debian-12+debian-13');
  t.match(job?.scenario.steps[2], {
    on: 'client',
    wait: [{ kind: 'http', name: 'http://server/', facts: [{ name: 'status' }, { name: 'body' }] }],
    withinMs: 10_000,
  });
});

/** A job of several machines: each of them is in every report, by its name. */
import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import { junitReporter } from '../../reports/junit.ts';
import { otlpReporter } from '../../reports/otlp.ts';
import type { ReporterFactory } from '../../reports/reporter.ts';
import { tapReporter } from '../../reports/tap.ts';
import type { Event } from '../../src/event.ts';
import { recordRun } from '../fixtures/sample-run.ts';
import { report } from './contract.ts';

const common = { kernel: '6.18', arch: 'x86_64', cgroup: 'v2', backend: 'nspawn' } as const;
const first = { ...common, image: 'debian-12', systemd: '252' };
const second = { ...common, image: 'debian-13', systemd: '257' };
const steps = [{ id: 'ask', title: 'Ask', outcome: 'passed' as const }];
const events = recordRun([{ job: 'a@b+c', title: 'Two', outcome: 'passed', steps, machine: false }]).flatMap(
  (event): readonly Event[] =>
    event.type === 'job-begin'
      ? [
          event,
          { ...event, type: 'machine', job: event.job, on: 'server', facts: first },
          { ...event, type: 'machine', job: event.job, on: 'client', facts: second },
        ]
      : [event],
);

const expected: readonly (readonly [name: string, reporter: ReporterFactory, texts: readonly string[]])[] = [
  ['tap', tapReporter, ['server: debian-12, systemd 252; client: debian-13, systemd 257']],
  ['junit', junitReporter, ['name="server.systemd" value="252"', 'name="client.systemd" value="257"']],
  ['otlp', otlpReporter, ['"252 + 257"', '"debian-12 + debian-13"']],
  ['html', htmlReporter, ['systemd 252 + 257', '<dd>server</dd>', '<dd>client</dd>', '<td>257</td>']],
];
for (const [name, reporter, texts] of expected)
  t.test(`${name} names both machines`, async (t) => {
    const text = [...(await report(reporter, events)).values()].join('');
    for (const one of texts) t.ok(text.includes(one), one);
  });

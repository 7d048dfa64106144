/** Where it ran and how to run all of it again: the computer, the sources, the machines. */
import { shellWord } from '../../src/describe-text.ts';
import type { MachineFacts } from '../../src/event.ts';
import type { RunResult } from '../../src/result.ts';
import { html, type Content, type Html } from './element.ts';
import { isoTime } from './words.ts';

export function environmentHtml(result: RunResult): Html {
  const { argv, tool, git, ci, host, startedAt } = result;
  const rows: [string, Content][] = [
    ['command', html`<code class="copy">${['rootlab', ...argv].map(shellWord).join(' ')}</code>`],
    ['rootlab', tool],
    ['started', startedAt === 0 ? undefined : isoTime(startedAt)],
    ['exit status', result.exit ?? 'none: the run was cut short'],
    ['git', git === undefined ? undefined : `${git.sha} (${git.ref})`],
    ['ci', ci === undefined ? undefined : ciHtml(ci)],
    ...Object.entries(host).map(([name, value]): [string, Content] => [`host ${name}`, value]),
  ];
  return html`<section class="environment" aria-labelledby="environment">
    <h2 id="environment">Environment</h2>
    ${machinesHtml(result)}
    <table class="facts">
      <caption class="sr">
        The run
      </caption>
      <tbody>
        ${rows.map(([name, value]) =>
          value === undefined || value === ''
            ? undefined
            : html`<tr>
                <th scope="row">${name}</th>
                <td>${value}</td>
              </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

const COLUMNS: readonly (readonly [string, (facts: MachineFacts) => string | undefined])[] = [
  ['Image', ({ image }) => image],
  ['Recipe', ({ recipe }) => recipe],
  ['System', ({ os }) => os],
  ['systemd', ({ systemdFull, systemd }) => systemdFull ?? systemd],
  ['Kernel', ({ kernel }) => kernel],
  ['Arch', ({ arch }) => arch],
  ['cgroup', ({ cgroup }) => cgroup],
  ['Backend', ({ backend }) => backend],
];

function machinesHtml({ jobs }: RunResult): Html | undefined {
  const machines = new Map<string, MachineFacts>();
  for (const { facts } of jobs.flatMap((job) => job.machines)) machines.set(JSON.stringify(facts), facts);
  if (machines.size === 0) return undefined;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Machines">
    <table class="machines">
      <caption class="sr">
        Machines
      </caption>
      <thead>
        <tr>
          ${COLUMNS.map(([title]) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${[...machines.values()].map(
          (facts) =>
            html`<tr>
              ${COLUMNS.map(([, value]) => html`<td>${value(facts) ?? '–'}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function ciHtml({ provider, url }: NonNullable<RunResult['ci']>): Content {
  if (url === undefined || !/^https?:\/\//i.test(url)) return provider;
  return html`<a href="${url}" rel="noopener noreferrer nofollow">${provider}</a>`;
}

/** `rootlab lint`: all that is wrong in scenario files, before anything runs. */
import { readFileSync } from 'node:fs';
import { sarif } from '../../reports/sarif.ts';
import { count } from '../../src/describe-text.ts';
import { lintScenario, rules, type Finding } from '../../src/lint/index.ts';
import { formatProblem } from '../../src/problem.ts';
import type { Command } from '../command.ts';
import { version } from '../home.ts';
import { loadJobs } from '../load.ts';
import { readConfigured } from './choose-reporters.ts';

const formats = ['text', 'json', 'sarif'] as const;

export const lint: Command = {
  summary: 'Check scenario files without running them',
  usage: '[PATH|GLOB …] [OPTIONS]',
  description:
    'Reads all files, reports every problem of every file with its place and what to do, and runs nothing.\n' +
    `Files without problems are looked over by the rules L001 to ${rules.at(-1)?.id}: what reads well and still tests less\n` +
    'than it seems to. Ends with 0 when nothing was found, 1 when a rule found something, 2 when a file cannot be read.',
  options: {
    format: {
      value: 'FORMAT',
      choices: formats,
      help: `how findings are told: ${formats.join(', ')} (text unless given)`,
    },
  },
  examples: [
    ['rootlab lint scenarios', 'a folder'],
    ['rootlab lint --format=sarif > lint.sarif', 'for a code scanning service'],
  ],
  async execute(input) {
    const { jobs, reporters = [] } = await loadJobs(input.words, {});
    readConfigured(reporters);
    const scenarios = new Map(jobs.map(({ scenario }) => [scenario.file, scenario]));
    const told = [...scenarios.values()]
      .flatMap((scenario) => lintScenario(scenario, readFileSync(scenario.file, 'utf8')))
      .map((finding) => [`${finding.rule.id} ${formatProblem(finding)}`, finding] as const);
    // A part that many scenarios use is looked over for each of them.
    const findings = [...new Map(told).values()];
    const counted = `${count(scenarios.size, 'file')}, ${count(jobs.length, 'job')}`;
    const format = formats.find((one) => one === input.value('format')) ?? 'text';
    process.stdout.write(written[format](findings, counted));
    return findings.length === 0 ? 0 : 1;
  },
};

const written: Readonly<
  Record<(typeof formats)[number], (findings: readonly Finding[], counted: string) => string>
> = {
  text: (findings, counted) => {
    const told = findings.map((finding) =>
      formatProblem({
        ...finding,
        message: `${finding.rule.severity} ${finding.rule.id} ${finding.message}`,
      }),
    );
    const sum = findings.length === 0 ? 'no problems' : count(findings.length, 'finding');
    return [...told, `${counted}: ${sum}\n`].join('\n');
  },
  json: (findings) =>
    `${JSON.stringify(
      findings.map(({ rule, place, message, hint }) => ({
        rule: rule.id,
        severity: rule.severity,
        ...place,
        message,
        hint,
      })),
      null,
      2,
    )}\n`,
  sarif: (findings) => sarif(findings, { version, rules }),
};

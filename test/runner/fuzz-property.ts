/** What must hold of any text that is read: problems with their places, or a scenario that plans, shows and lints. */
import { inspect } from 'node:util';
import { createContext, Script } from 'node:vm';
import { parseConfiguration } from '../../src/image.ts';
import { lintScenario } from '../../src/lint/index.ts';
import { formatProblems, parseScenario, type Problem } from '../../src/parse.ts';
import { jobsOf, planEvent, types } from '../../src/plan.ts';
import { readYaml } from '../../src/yaml.ts';
import { usualValues, writtenValues } from '../../runner/harness/origin.ts';

/** Also of work that never yields; the time is far beyond what any text of some pages takes. */
const LIMIT_MS = 2000;
const script = new Script('work()');

/** What is wrong with how the text is read; nothing when all is well. `good` says that it had no problems. */
export function complaint(
  text: string,
  limitMs = LIMIT_MS,
): { readonly wrong?: string; readonly good: boolean } {
  let result: { wrong?: string; good: boolean } = { good: false };
  const context = createContext({ work: () => (result = read(text)) });
  try {
    script.runInContext(context, { timeout: limitMs });
    return result;
  } catch (error) {
    // The clock runs on while a busy computer does other work: what hangs does so again.
    // It is no Error of ours: the context has its own.
    const late = /ERR_SCRIPT_EXECUTION_TIMEOUT/.test(inspect(error, { showHidden: true }));
    if (late && limitMs === LIMIT_MS) return complaint(text, 5 * LIMIT_MS);
    return {
      wrong: error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`,
      good: false,
    };
  }
}

function read(text: string): { wrong?: string; good: boolean } {
  const { source } = parseConfiguration(text, { file: 'rootlab.yaml', directory: '/dir' });
  const wrongThere = wrongIn(source.problems, text);
  if (wrongThere !== undefined) return { wrong: `as a configuration: ${wrongThere}`, good: false };
  const parsed = parseScenario(text, { file: 'a.yaml', name: 'a', directory: '/dir' });
  if ('problems' in parsed) {
    if (parsed.problems.length === 0) return { wrong: 'neither a scenario nor a problem', good: false };
    formatProblems(parsed.problems);
    const wrong = wrongIn(parsed.problems, text);
    return wrong === undefined ? { good: false } : { wrong, good: false };
  }
  const jobs = jobsOf(parsed.scenario);
  if (jobs.length === 0) return { wrong: 'a good scenario without a job', good: true };
  JSON.stringify(planEvent(jobs));
  const cell = readYaml('a.yaml', '/dir', text);
  for (const job of jobs.slice(0, 3)) {
    types(job);
    const written = writtenValues(job, cell);
    JSON.stringify([...written, ...usualValues(job, written)]);
  }
  const wrong = wrongIn(lintScenario(parsed.scenario, text), text);
  return wrong === undefined ? { good: true } : { wrong, good: true };
}

function wrongIn(problems: readonly Problem[], text: string): string | undefined {
  const lines = text.split('\n');
  for (const { place, message, hint, excerpt } of problems) {
    const told = JSON.stringify({ place, message: message.slice(0, 300), hint });
    const line = lines[place.line - 1];
    if (line === undefined || place.column < 1 || place.column > line.length + 1)
      return `a place outside of the file: ${told}`;
    if (place.file === '') return `no file: ${told}`;
    for (const said of [message, hint ?? 'none']) {
      if (said.trim() === '') return `nothing said: ${told}`;
      if (/[\p{Cc}\u2028\u2029]/u.test(said)) return `more than one plain line: ${told}`;
      const [ours] = /\bundefined\b|\[object |\bNaN\b|\bfunction \w+\(/.exec(said) ?? [];
      if (ours !== undefined && !text.includes(ours)) return `a value of our own: ${told}`;
      if (said.length > 2000) return `an endless message: ${told}`;
    }
    if (/[\p{Cc}]/u.test(excerpt.replaceAll('\n', ''))) return `an excerpt with control characters: ${told}`;
  }
  return undefined;
}

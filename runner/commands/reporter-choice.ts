/** What `--reporter` says: a name and a file; what cannot be so is told before anything runs. */
import { dirname, resolve } from 'node:path';
import { reporters } from '../../reports/index.ts';
import { UserError } from '../../src/error.ts';
import { suggest } from '../../src/nearest.ts';
import { statIfThere } from '../file-error.ts';
import { mayBeFolder } from '../folders.ts';

/** `html`, or `tap=results.tap`. */
export interface ReporterChoice {
  readonly name: string;
  /** Absent: standard output for a stream, the run's folder for a page. */
  readonly file?: string | undefined;
}

/** `makes` folders that are not there: those of a file that others have written. */
export function readReporterChoices(
  values: readonly string[],
  { makes = false }: { readonly makes?: boolean } = {},
): readonly ReporterChoice[] {
  const choices = values.map((value): ReporterChoice => {
    const [name = '', ...rest] = value.split('=');
    if (!Object.hasOwn(reporters, name)) {
      throw new UserError(`unknown reporter "${name}"`, {
        hint: suggest(name, Object.keys(reporters), 'they are'),
      });
    }
    if (rest.length === 0) return { name };
    const file = rest.join('=');
    requirePlace(name, file, makes);
    return { name, file };
  });
  refuseSameFile(choices);
  const twice = choices.filter(usesStdout);
  if (twice.length > 1) {
    throw new UserError(
      `reporters "${twice.map(({ name }) => name).join('" and "')}" would write to the same output`,
      {
        hint: `give one of them a file: ${twice[1]?.name ?? 'tap'}=FILE`,
      },
    );
  }
  return choices;
}

/** The later one would write over what the earlier one wrote. */
function refuseSameFile(choices: readonly ReporterChoice[]): void {
  const first = new Map<string, ReporterChoice>();
  for (const choice of choices) {
    const own = pageReporters.has(choice.name) ? 'html' : choice.name;
    const place = choice.file === undefined ? own : resolve(choice.file);
    const other = first.get(place);
    if (other !== undefined)
      throw new UserError(`reporters "${other.name}" and "${choice.name}" would write to the same file`, {
        hint: `give one of them a file of its own: ${choice.name}=FILE`,
      });
    first.set(place, choice);
  }
}

/** Those that speak while the run goes on. */
export const streams: ReadonlySet<string> = new Set(['console', 'tap', 'jsonl']);
/** Those that speak to a CI service, which reads both streams: so standard output stays whole TAP. */
export const asides: ReadonlySet<string> = new Set(['github']);

/** Those that are for links to the page, and hold little without its address. */
export const linking: ReadonlySet<string> = new Set(['gitlab', 'dotenv']);

/** Those that write the page of a run, each as `index.html`. */
export const pageReporters: ReadonlySet<string> = new Set(['html', 'html-files']);

/** Whether it has standard output for itself. */
export function usesStdout({ name, file }: ReporterChoice): boolean {
  return file === undefined && streams.has(name);
}

/** Said before anything runs: a page is written only when all has. */
function requirePlace(reporter: string, file: string, makes: boolean): void {
  const hint = `name a file: ${reporter}=FILE`;
  if (file === '') throw new UserError(`reporter "${reporter}" has an empty file name`, { hint });
  // Other programs mean standard output by it; on ours speaks another reporter.
  if (file === '-')
    throw new UserError(`reporter "${reporter}" cannot write to "-"`, {
      hint: streams.has(reporter)
        ? `without "=-" it writes to standard output: ${reporter}`
        : `for standard output of a finished run: rootlab report LOG --reporter ${reporter}=/dev/stdout`,
    });
  const folder = dirname(resolve(file));
  if (makes ? !mayBeFolder(folder) : statIfThere(folder)?.isDirectory() !== true) {
    throw new UserError(`cannot write "${file}": there is no folder "${folder}"`, {
      hint: `make it first: mkdir -p '${folder}'`,
    });
  }
  if (statIfThere(file)?.isDirectory() === true)
    throw new UserError(`cannot write "${file}": it is a folder`, { hint });
}

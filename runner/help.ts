/** The help of the whole program, and how an error is printed. */
import type { UserError } from '../src/error.ts';
import { commandHelp, table } from './command.ts';
import { commands } from './commands/index.ts';
import { version } from './home.ts';

export async function help(name: string | undefined): Promise<string> {
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name !== undefined && load !== undefined) return commandHelp(name, await load());
  const rows = await Promise.all(
    Object.entries(commands).map(async ([key, one]) => [key, (await one()).summary] as const),
  );
  return [
    `rootlab ${version}: runs systemd in throwaway roots from YAML scenarios, and checks what it says`,
    '',
    'Usage: rootlab COMMAND [WORDS] [OPTIONS]',
    '',
    'Commands:',
    ...table(rows),
    '',
    'Start here:',
    ...table([
      ['rootlab doctor', 'can this computer do it, and what is missing?'],
      ['rootlab shell debian-12', 'a shell in a throwaway machine'],
      ['rootlab run scenarios/nspawn', 'run a folder of scenarios'],
    ]),
    '',
    '"rootlab COMMAND --help" tells more; scenarios/README.md is the language.',
    '',
  ].join('\n');
}

export function formatUserError(error: UserError): string {
  const detail = error.detail === undefined ? '' : `${error.detail.replace(/^/gm, '  ')}\n`;
  const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
  // Problems of files carry their own places and hints.
  const head = /^\S+:\d+:\d+: /.test(error.message) ? error.message : `error: ${error.message}`;
  return `${head.trimEnd()}\n${detail}${hint}`;
}

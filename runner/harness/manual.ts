/** The manual page, written from the table of commands. */
import { optionWords } from '../command.ts';
import type { Commands } from './completions.ts';

/** In the language of man(7). */
export function manualPage(commands: Commands, version: string): string {
  const parts = Object.entries(commands).flatMap(([name, command]) => [
    `.SS "rootlab ${name} ${roff(command.usage).replaceAll('"', '\\(dq')}"`,
    paragraph(`${command.summary}.`),
    ...(command.description === undefined ? [] : ['.PP', paragraph(command.description)]),
    ...Object.entries(command.options).flatMap(([option, spec]) => [
      '.TP',
      `.B ${roff(`${spec.short === undefined ? '' : `-${spec.short}, `}${optionWords(option, spec)}`)}`,
      paragraph(spec.help),
    ]),
    ...command.examples.flatMap(([line, what]) => [
      '.PP',
      paragraph(`${what}:`),
      '.EX',
      paragraph(`    ${line}`),
      '.EE',
    ]),
  ]);
  return [
    `.TH ROOTLAB 1 "" "rootlab ${version}" "User Commands"`,
    '.SH NAME',
    'rootlab \\- runs systemd in throwaway roots from YAML scenarios, and checks what it says',
    '.SH SYNOPSIS',
    '.B rootlab',
    '.I COMMAND',
    '[\\fIWORDS\\fR] [\\fIOPTIONS\\fR]',
    '.SH COMMANDS',
    ...parts,
    '',
  ].join('\n');
}

function paragraph(text: string): string {
  return roff(text).replaceAll(/^(?=['.])/gm, '\\&');
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '\\&...')
    .replaceAll(
      /[^\x00-\x7f]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

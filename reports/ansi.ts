/** Lines of runs → HTML of the same look: classes only, no style attribute, nothing a page's policy could refuse. */
import type { TerminalLine, TextRun } from '../src/terminal.ts';

/** One HTML text for each line, without its end. Most output has no colours: the converter is loaded for those that do. */
export async function linesToHtml(lines: readonly TerminalLine[]): Promise<string[]> {
  if (!lines.some((line) => line.some(isDressed))) return lines.map(plainLine);
  const { dressed } = await import('./ansi-dressed.ts');
  return lines.map((line) => (line.some(isDressed) ? dressed(line) : plainLine(line)));
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function isDressed(run: TextRun): boolean {
  return run.flags !== 0 || run.fg !== undefined || run.bg !== undefined || run.href !== undefined;
}

function plainLine(line: TerminalLine): string {
  return line.map(({ text }) => escapeHtml(text)).join('');
}

/** A failure as a bug report in Markdown: what, where, with which command, expected and seen, how to see it again. */

export function cardMarkdown(card: Element): string {
  const text = (selector: string): string => card.querySelector(selector)?.textContent?.trim() ?? '';
  const again = [...card.querySelectorAll('.again code')].map((code) => code.textContent?.trim() ?? '');
  const parts = [
    `### ${text('h3')}: ${text('.badge')}`,
    `\`${text('.where .name')}\` ${text('.where .place')}`.trim(),
    fenced(text('.command'), 'sh'),
    ...[...card.children].flatMap(partOf),
    again.length === 0 ? '' : `To see it again:\n\n${fenced(again.join('\n'), 'sh')}`,
    facts(text('.where .name')),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What stands in a card between its head and its end. */
function partOf(part: Element): readonly string[] {
  if (part.matches('.failure')) return [...part.children].flatMap(partOf);
  if (part.matches('.hint')) return [spaced(part).replace(/^Hint /, '**Hint** ')];
  if (part.matches('.cause, .note')) return [`**${spaced(part)}**`];
  if (part.matches('.framed')) return [fenced(diffText(part), 'diff')];
  if (part.matches('.plain')) return [fenced(part.textContent ?? '', '')];
  const lines = [...part.querySelectorAll('t-l, t-cut')].map((line) => line.textContent ?? '');
  if (lines.length === 0) return [];
  return [
    `${part.querySelector('summary, .bar span')?.textContent?.trim()}:\n\n${fenced(lines.join('\n'), '')}`,
  ];
}

function spaced({ textContent }: Element): string {
  return textContent?.trim().replace(/\s+/g, ' ') ?? '';
}

function diffText(part: Element): string {
  return [...part.querySelectorAll('tbody tr')]
    .map((row) => {
      const sign = row.matches('.exp') ? '-' : row.matches('.act') ? '+' : ' ';
      return `${sign}${row.matches('.gap') ? '... ' : ''}${row.lastElementChild?.textContent?.replace(/\n$/, '') ?? ''}`;
    })
    .join('\n');
}

/** Of the job's machine. */
function facts(job: string): string {
  const values = [
    ...(document.getElementById(job.replace(/\s/g, '-'))?.querySelectorAll('.inside > .values div') ?? []),
  ];
  return values
    .map((pair) => `- ${pair.querySelector('dt')?.textContent}: ${pair.querySelector('dd')?.textContent}`)
    .join('\n');
}

/** With a fence longer than any in the text. */
function fenced(text: string, language: string): string {
  if (text.trim() === '') return '';
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

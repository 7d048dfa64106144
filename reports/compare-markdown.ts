/** A comparison in Markdown: the transitions as lists, the numbers as a table; what is too long is counted. */
import type { Comparison } from '../src/compare.ts';
import type { Delta } from '../src/compare-measures.ts';
import {
  byTransition,
  changeName,
  changeWords,
  deltaShare,
  deltaSpread,
  deltaValues,
  deltaVerdict,
  comparedJob,
  describeComparison,
  describeElsewhere,
  printedLines,
  printedTitle,
} from '../src/describe-compare.ts';
import { code } from './markdown-text.ts';

const MOST_OF_A_KIND = 20;
const MOST_DELTAS = 20;

export function comparisonMarkdown(comparison: Comparison): string {
  const { images } = comparison;
  const title =
    images === undefined
      ? 'Compared with the baseline'
      : `From ${images.map((image) => code(image)).join(' to ')}`;
  const lists = byTransition(comparison).map(({ words, changes }) => {
    const items = changes
      .slice(0, MOST_OF_A_KIND)
      .map((change) => `- ${code(changeName(comparison, change), 200)} ${code(changeWords(change), 300)}\n`);
    return `**${words}**\n\n${items.join('')}${more(changes.length - MOST_OF_A_KIND)}`;
  });
  return [
    `### ${title}: ${describeComparison(comparison)}\n`,
    ...lists,
    ...printedMarkdown(comparison),
    ...deltasMarkdown('measure', comparison, comparison.deltas),
    ...deltasMarkdown('unit of the boot', comparison, comparison.units),
    ...describeElsewhere(comparison).map((line) => `${code(line, 200)}\n`),
  ].join('\n');
}

function more(left: number): string {
  return left > 0 ? `- … and ${left} more\n` : '';
}

function printedMarkdown(comparison: Comparison): readonly string[] {
  const { printed } = comparison;
  if (printed.length === 0) return [];
  const items = printed.slice(0, MOST_OF_A_KIND).map(
    (one) =>
      `- ${code(changeName(comparison, one), 200)} ${printedLines(one)
        .map((line) => code(line, 200))
        .join(' ')}\n`,
  );
  return [`**${printedTitle(comparison)}**\n\n${items.join('')}${more(printed.length - MOST_OF_A_KIND)}`];
}

function deltasMarkdown(what: string, comparison: Comparison, deltas: readonly Delta[]): readonly string[] {
  if (deltas.length === 0) return [];
  const rows = deltas.slice(0, MOST_DELTAS).map((delta) => {
    const cells = [
      code(comparedJob(comparison, delta.job), 100),
      code(delta.name, 60),
      deltaValues(delta),
      deltaShare(delta),
      deltaSpread(delta),
      deltaVerdict(delta),
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  const left = deltas.length - MOST_DELTAS;
  return [
    `| job | ${what} | before → now | | spread | |\n|-|-|-|-:|-|-|\n${rows.join('')}${left > 0 ? `\n… and ${left} more\n` : ''}`,
  ];
}

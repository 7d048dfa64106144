/** Long text cut in its middle, at the ends of lines where they are near. */

/** At most `most` characters beside the words that say what was left out; never half a character. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  const near = half / 2;
  const lineEnd = text.lastIndexOf('\n', half - 1) + 1;
  const head = half - lineEnd < near ? lineEnd : wholeTo(text, half);
  const lineStart = text.indexOf('\n', text.length - half) + 1;
  const tail =
    lineStart > 0 && lineStart - (text.length - half) < near ? lineStart : wholeTo(text, text.length - half);
  const newline = text[head - 1] === '\n' ? '' : '\n';
  return `${text.slice(0, head)}${newline}… ${tail - head} characters cut; all of it is in the event log\n${text.slice(tail)}`;
}

function wholeTo(text: string, at: number): number {
  return /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) ? at - 1 : at;
}

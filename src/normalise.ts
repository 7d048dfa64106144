/** Replaces what differs from run to run by its kind, so that two outputs can be compared: `12ms` becomes `<time>`. */

/** In this order: what an earlier one took is left alone by the later ones. */
const KINDS: readonly (readonly [kind: string, text: RegExp])[] = [
  ['id', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi],
  // A date with its weekday, time and zone; as ISO writes it, as the journal does, as date(1) does.
  [
    'date',
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?/g,
  ],
  [
    'date',
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?(?: (?:UTC|[+-]\d{4}))?(?: \d{4})?\b/g,
  ],
  ['mac', /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi],
  ['time', /\b\d\d:\d\d:\d\d(?:\.\d+)?\b/g],
  ['address', /\bfe80::[0-9a-f:]+/gi],
  // `1min 2.3s`, `812ms`, `@1.024s`; `5m` may be meters or minutes, and stays.
  ['time', /(?<![\w.])\d+(?:\.\d+)?(?:us|µs|ms|s|min|h)(?: \d+(?:\.\d+)?(?:us|µs|ms|s|min|h))*(?!\w)/g],
  ['id', /\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}\b/g],
  // `systemd[1]:`, `Main PID: 55`, `Leader: 113`, `pid=7`, and the leaves of a tree of processes.
  ['pid', /(?<=[\w.-]\[)\d+(?=\])/g],
  ['pid', /(?<=\b(?:pid|ppid|leader|supervisor|superv\.)(?::? |=|: +))\d+\b/gi],
  ['pid', /(?<=[├└]─ *)\d+(?= )/g],
  ['size', /(?<=\bMemory: )\d+(?:\.\d+)?[BKMGT]?\b/g],
  ['name', /\brun-(?:[pu]\d+|r[0-9a-f]{8,})(?:-i\d+)?\b/g],
  ['name', /(?<=\/tmp\/|\/run\/|\/var\/tmp\/)[\w-]*\.?(?=\w*[A-Z\d])\w{6,12}\b(?!\/?\.)/g],
];

export function normalise(line: string): string {
  return oneBlank(byKind(line));
}

/**
 * Each line by itself; blank lines at the end do not count. A number that the step caught, as a pid, is another one in
 * each run: it becomes its name.
 */
export function normaliseLines(
  text: string,
  captures: Readonly<Record<string, string>> = {},
): readonly string[] {
  let named = text.trimEnd();
  if (named === '') return [];
  for (const [name, value] of Object.entries(captures))
    if (/^\d{2,}$/.test(value)) named = named.replace(new RegExp(`\\b${value}\\b`, 'g'), `<${name}>`);
  // No kind reaches over the end of a line, and one pass over all of them is much quicker.
  return byKind(named).split('\n').map(oneBlank);
}

function byKind(text: string): string {
  let plain = text;
  for (const [kind, found] of KINDS) plain = plain.replace(found, `<${kind}>`);
  return plain;
}

function oneBlank(line: string): string {
  return line.replace(/[ \t\r]+/g, ' ').trim();
}

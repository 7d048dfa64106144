/** The types of holes: what text each one takes, as an expression that RE2 and JavaScript read alike. */

export interface HoleType {
  /** Greedy, so that the first way it matches is the longest; no groups that catch. */
  readonly source: string;
  /** The characters its text may hold: what follows a hole and is none of these cannot be eaten by it. */
  readonly eats: RegExp;
  /** Of such texts, where the name of the type does not say enough. */
  readonly example?: string;
}

const HEX4 = '[0-9a-fA-F]{1,4}';
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** The left side of `::` is fixed by the text, so the alternative that allows it leaves the right side the most. */
const IPV6 = [
  `::(?:[fF]{4}:(?:0{1,4}:)?)?${IPV4}`,
  `(?:${HEX4}:){1,5}:${IPV4}`,
  `(?:${HEX4}:){7}${HEX4}`,
  ...[1, 2, 3, 4, 5, 6].map((left) => `(?:${HEX4}:){1,${left}}(?::${HEX4}){1,${7 - left}}`),
  `(?:${HEX4}:){1,7}:`,
  `:(?::${HEX4}){1,7}`,
  '::',
].join('|');

const UNIT =
  'nsec|ns|usec|us|[µμ]s|msec|ms|months?|minutes?|min|m|seconds?|sec|s|hours?|hr|h|days?|d|weeks?|w|years?|y';
const SPAN = `[0-9]+(?:\\.[0-9]+)?(?:${UNIT}| (?:months?|minutes?|min|seconds?|sec|hours?|days?|weeks?|years?))`;
const WEEKDAY = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

export const HOLE_TYPES = {
  word: { source: '[^ \\t]+', eats: /[^ ]/ },
  text: { source: '[^ \\t](?:[^\\n]*[^ \\t\\n])?', eats: /./ },
  int: { source: '[-+]?[0-9]+', eats: /[0-9]/, example: '42' },
  number: { source: '[-+]?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?', eats: /[-+0-9.eE]/, example: '4.2' },
  hex: { source: '(?:0[xX])?[0-9a-fA-F]+', eats: /[0-9a-fA-FxX]/, example: '1f or 0x1f' },
  /** Holds a slash; quotes end it. */
  path: { source: '[^ \\t/"\']*/[^ \\t"\']*', eats: /[^ "']/, example: '/etc/hosts' },
  ip: {
    source: `(?:${IPV6}|${IPV4})(?:%[A-Za-z0-9_.-]+)?`,
    eats: /[0-9a-zA-Z:.%_-]/,
    example: '10.0.0.1 or fe80::1',
  },
  mac: {
    source: '[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}',
    eats: /[0-9a-fA-F:-]/,
    example: 'aa:bb:cc:dd:ee:ff',
  },
  /** With dashes, or 32 digits as systemd prints machine and boot ids. */
  uuid: {
    source: '(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})',
    eats: /[0-9a-fA-F-]/,
    example: 'a boot id',
  },
  version: {
    source: 'v?[0-9][0-9A-Za-z]*(?:[.+~:_-]+[0-9A-Za-z]+)*',
    eats: /[0-9A-Za-z.+~:_-]/,
    example: '257.13',
  },
  /** `1.234s`, `1min 2.3s`, `3 days`, `1 week 2 days`. */
  duration: { source: `${SPAN}(?: ?${SPAN})*`, eats: /[0-9a-zµμ. ]/, example: '1min 2.3s' },
  size: {
    source: '[0-9]+(?:\\.[0-9]+)?(?: ?[kKMGTPE]i?B| ?B|[kKMGTPE])?',
    eats: /[0-9a-zA-Z. ]/,
    example: '64.5K',
  },
  /** `2026-11-24`, `Tue 2026-11-24`, `Nov 24`, `24 Nov 2026`. */
  date: {
    source: `${WEEKDAY}(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|${MONTH} {1,2}[0-9]{1,2}(?:,? [0-9]{4})?|[0-9]{1,2} ${MONTH} [0-9]{4})`,
    eats: /[0-9A-Za-z, -]/,
    example: '2026-11-24',
  },
  /** `06:59`, `06:59:14.123`, `06:59:14Z`, `06:59:14+02:00`. */
  time: {
    source: '[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?',
    eats: /[-+0-9:.,Z]/,
    example: '06:59:14',
  },
} as const satisfies Readonly<Record<string, HoleType>>;

export type HoleTypeName = keyof typeof HOLE_TYPES;
export const HOLE_TYPE_NAMES: readonly string[] = Object.keys(HOLE_TYPES);

export function isHoleTypeName(name: string): name is HoleTypeName {
  return Object.hasOwn(HOLE_TYPES, name);
}

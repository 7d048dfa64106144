/**
 * What is new on a computer after a job that typed there: the job's, which is a finding, or somebody else's.
 *
 * Only of a process does Linux keep whence it came. Of the rest this decides: what a job names is the job's; what is
 * rare is as well, unless another job typed at the same time; what others make all the time (files) is not.
 */
import type { Failure } from './event.ts';
import { count } from './describe-text.ts';
import type { Leave } from './scenario.ts';
import type { LeakKind } from './scenario/leaves.ts';
import { globPattern, isGlob } from './select.ts';

export interface Thing {
  readonly kind: LeakKind;
  readonly name: string;
  /** What else a person wants to know of it. */
  readonly detail?: string | undefined;
  /** Other names it goes by: a source, a file behind it. */
  readonly also?: readonly string[] | undefined;
  /** Of its kind others make some all the time. */
  readonly common?: boolean | undefined;
}

export interface LeakContext {
  readonly leaves: readonly Leave[];
  /** All that the job said: commands, variables. */
  readonly words: string;
  /** No other job typed on this computer meanwhile. */
  readonly alone: boolean;
}
export interface Leaks {
  readonly left: readonly Thing[];
  readonly others: readonly Thing[];
  readonly unused: readonly Leave[];
}

/** What `after` has more of than `before`. */
export function newThings(before: readonly Thing[], after: readonly Thing[]): readonly Thing[] {
  const known = new Map<string, number>();
  for (const thing of before) known.set(keyOf(thing), (known.get(keyOf(thing)) ?? 0) + 1);
  return after.filter((thing) => {
    const left = known.get(keyOf(thing)) ?? 0;
    known.set(keyOf(thing), left - 1);
    return left <= 0;
  });
}

export function sortLeaks(fresh: readonly Thing[], { leaves, words, alone }: LeakContext): Leaks {
  const used = new Set<Leave>();
  const unnamed = fresh.filter((thing) => {
    const fitting = leaves.filter((leave) => allows(leave, thing));
    for (const leave of fitting) used.add(leave);
    return fitting.length === 0;
  });
  const isLeft = (thing: Thing): boolean => {
    if (thing.kind === 'process') return true;
    if (isNamed(thing, words)) return true;
    const isManaged = MANAGED[thing.kind]?.test(thing.also?.[0] ?? thing.name) === true;
    return alone && !isManaged && thing.common !== true;
  };
  return {
    left: unnamed.filter(isLeft),
    others: unnamed.filter((thing) => !isLeft(thing)),
    unused: leaves.filter((leave) => !used.has(leave)),
  };
}

/** Made and removed by the managers of logins, containers and the like, whatever a job does. */
const MANAGED: Readonly<Partial<Record<LeakKind, RegExp>>> = {
  mount:
    /^\/(run\/(user|credentials|docker|containerd|snapd)|var\/lib\/(docker|containerd|containers)|snap|media|proc|sys)\//,
  unit: /^(session-.*|docker-.*|libpod-.*|cri-.*|machine-.*)\.scope$|^user(-runtime-dir)?[@-].*|^run-credentials-/,
  link: /^(docker\d+|br-[0-9a-f]{12}|veth[0-9a-f]{7}|podman\d+|cni.*)$/,
  'loop-device': /^\/var\/lib\/snapd\//,
};

function allows({ kind, name }: Leave, thing: Thing): boolean {
  if (kind !== thing.kind) return false;
  const fits = isGlob(name) ? globPattern(name) : undefined;
  return namesOf(thing).some((one) => (fits === undefined ? one === name : fits.test(one)));
}

function isNamed(thing: Thing, words: string): boolean {
  return namesOf(thing)
    .flatMap((name) => [name, ...(OF_TOOLS.test(name) ? [] : shortNames(name))])
    .some((name) => name !== '' && hasWord(words, name));
}

function shortNames(name: string): readonly string[] {
  return [name.split('/').at(-1) ?? '', name.replace(/\.[a-z]+$/, '')];
}

/** A tool keeps a folder of its own name there: to type `mount`, `sudo` or `lvm` is not to name it. */
const OF_TOOLS = /^\/run\/[^/]+$/;

/** Not as a part of a longer name. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = [text[at - 1], text[at + word.length]];
    if (around.every((character) => character === undefined || !/[\w.-]/.test(character))) return true;
  }
  return false;
}

function namesOf({ name, also = [] }: Thing): readonly string[] {
  return [name, ...also];
}

function keyOf({ kind, name, detail }: Thing): string {
  return `${kind} ${name} ${detail ?? ''}`;
}

/** One failure for all of them: they have one cause, and one place to mend it. */
export function leakFailures(left: readonly Thing[], leaves: readonly Leave[]): readonly Failure[] {
  if (left.length === 0) return [];
  const actual = left.map(wordThing).join('\n');
  return [
    { kind: 'fact', what: 'left behind', expected: leakExpectation(leaves), actual, at: leaves[0]?.at },
  ];
}

export function leakExpectation(leaves: readonly Leave[]): string {
  return leaves.length === 0 ? 'nothing' : `nothing but ${leaves.map(wordLeave).join(', ')}`;
}

export function wordUnusedLeave(leave: Leave): string {
  return `"leaves" names what was not left: ${wordLeave(leave)}`;
}

/** Nothing where there are none. */
export function wordOthers(others: readonly Thing[], where: string): string | undefined {
  const shown = others.slice(0, MOST_SHOWN).map(wordThing);
  const more = others.length - shown.length;
  if (shown.length === 0) return undefined;
  return `new on ${where}, and not known to be of this job: ${shown.join(', ')}${more > 0 ? ` and ${count(more, 'more thing')}` : ''}`;
}
const MOST_SHOWN = 20;

function wordThing({ kind, name, detail }: Thing): string {
  return `${kind} ${name}${detail === undefined ? '' : ` (${detail})`}`;
}

function wordLeave({ kind, name }: Leave): string {
  return `${kind} ${name}`;
}

/** Secrets on their way out: every event is masked before anybody sees it, and so is every text that is kept beside them. */
import { Buffer } from 'node:buffer';
import type { EventBody } from '../src/event.ts';
import { mask, maskStream, needlesOf, type MaskStream, type Needle, type Secret } from '../src/mask.ts';
import { textOrBase64 } from './output.ts';

export interface Masking {
  /** Output may be held back until more of it comes or its step ends. */
  event(body: EventBody): readonly EventBody[];
  /** Of a file; one that is no text stays as it is. */
  file(content: Uint8Array): Uint8Array;
}

type Output = Extract<EventBody, { type: 'output' }>;

export function maskSecrets(secrets: readonly Secret[]): Masking | undefined {
  if (secrets.length === 0) return undefined;
  const needles = needlesOf(secrets);
  // Output may be no UTF-8: there a character stands for a byte.
  const inBytes = needles.map(({ name, text }): Needle => ({ name, text: fromBytes(Buffer.from(text)) }));
  const open = new Map<string, { readonly output: Output; readonly stream: MaskStream }>();

  const chunk = (body: Output): readonly EventBody[] => {
    const key = JSON.stringify([body.job, body.step, body.fd]);
    const { output, stream } = open.get(key) ?? { output: body, stream: maskStream(inBytes) };
    open.set(key, { output, stream });
    const bytes =
      body.base64 === undefined ? Buffer.from(body.text ?? '') : Buffer.from(body.base64, 'base64');
    return outputOf(output, stream.add(fromBytes(bytes)));
  };
  const rest = (ended: (output: Output) => boolean): readonly EventBody[] =>
    [...open].flatMap(([key, { output, stream }]) => {
      if (!ended(output)) return [];
      open.delete(key);
      return outputOf(output, stream.end());
    });
  const outputOf = ({ type, job, step, fd }: Output, text: string): readonly EventBody[] =>
    text === '' ? [] : [masked({ type, job, step, fd, ...textOrBase64(Buffer.from(text, 'latin1')) })];
  const masked = (body: EventBody): EventBody => {
    const copy = structuredClone(body);
    maskWithin(copy, needles);
    return copy;
  };

  return {
    event: (body) => {
      if (body.type === 'output') return chunk(body);
      const before = endings[body.type];
      return [...(before === undefined ? [] : rest((output) => before(output, body))), masked(body)];
    },
    file: (content) => {
      const text = fromBytes(content);
      return text.includes('\0') ? content : Buffer.from(mask(text, inBytes), 'latin1');
    },
  };
}

/** The events after which no more output comes, and of what. */
const endings: Readonly<Partial<Record<EventBody['type'], (output: Output, end: EventBody) => boolean>>> = {
  'step-end': ({ job, step }, end) => end.type === 'step-end' && end.job === job && end.step === step,
  'job-end': ({ job }, end) => end.type === 'job-end' && end.job === job,
  'run-end': () => true,
};

/** Words of the log itself: readers choose by them, and no value of the host is ever one. */
const ofTheLog: ReadonlySet<string> = new Set(['type', 'kind', 'fd', 'verb', 'phase', 'outcome', 'base64']);

function maskWithin(value: object, needles: readonly Needle[]): void {
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key);
    if (typeof inner === 'object' && inner !== null) maskWithin(inner, needles);
    if (typeof inner !== 'string' || ofTheLog.has(key)) continue;
    const shown = mask(inner, needles);
    if (shown === inner) continue;
    Reflect.set(value, key, shown);
    // They count the characters of the text that was.
    Reflect.deleteProperty(value, `${key}Parts`);
  }
}

function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

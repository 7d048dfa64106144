/**
 * Attachments: small ones are in the page, so that it has them wherever it lies; others are linked beside the log. What a
 * machine wrote may be a page with a script or a drawing with one: it is saved and never opened, only pictures are shown.
 */
import { createHash } from 'node:crypto';
import { describeSize } from '../../src/describe-text.ts';
import type { Attachment } from '../../src/result.ts';
import type { ReporterOptions } from '../reporter.ts';
import { embed, type Budget } from './budget.ts';
import { html, trusted, type Html } from './element.ts';
import { anchorHref } from './words.ts';

export type ReadAttachment = NonNullable<ReporterOptions['readAttachment']>;

interface Options {
  readonly budget: Budget;
  readonly readAttachment: ReadAttachment | undefined;
}

/** Larger ones lie beside the log. */
const SMALL_BYTES = 1 << 20;

export async function filesHtml(files: readonly Attachment[], options: Options): Promise<Html | undefined> {
  if (files.length === 0) return undefined;
  const items: Html[] = [];
  for (const file of files) items.push(html`<li>${await fileHtml(file, options)}</li>`);
  return html`<ul class="files">
    ${items}
  </ul>`;
}

async function fileHtml(file: Attachment, options: Options): Promise<Html> {
  const { name, path, mediaType, sizeBytes } = file;
  const facts = html`<span class="dim">${mediaType}, ${describeSize(sizeBytes)}</span>`;
  const content = await smallContent(file, options);
  if (content === undefined) return html`<a href="./${anchorHref(path).slice(1)}">${name}</a> ${facts}`;
  const picture = pictureType(content);
  const url = trusted(
    `data:${picture ?? 'application/octet-stream'};base64,${Buffer.from(content).toString('base64')}`,
  );
  if (picture === undefined)
    return html`<a href="${url}" download="${name.replace(/^.*\//, '')}">${name}</a> ${facts}`;
  return html`<details>
    <summary>${name} ${facts}</summary>
    <img src="${url}" alt="${name}" />
  </details>`;
}

/** Only what the run attached: a log may name any file of this computer, but not know what is in it. */
async function smallContent(
  { path, sizeBytes, sha256 }: Attachment,
  { budget, readAttachment }: Options,
): Promise<Uint8Array | undefined> {
  if (sizeBytes >= SMALL_BYTES || readAttachment === undefined) return undefined;
  const content = await readAttachment(path);
  if (content === undefined || createHash('sha256').update(content).digest('hex') !== sha256)
    return undefined;
  return embed(budget, Math.ceil(content.length / 3) * 4) ? content : undefined;
}

/** By their first bytes, whatever they are called: only these kinds, which hold no script. */
const PICTURES: Readonly<Record<string, RegExp>> = {
  'image/png': /^\x89PNG\r\n\x1a\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
};

function pictureType(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 16)).toString('latin1');
  return Object.keys(PICTURES).find((type) => PICTURES[type]?.test(start));
}

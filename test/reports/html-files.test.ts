import { createHash } from 'node:crypto';
import t from 'tap';
import { htmlReporter } from '../../reports/html/index.ts';
import type { ReporterOptions } from '../../reports/reporter.ts';
import type { Event } from '../../src/event.ts';
import { attachedRun, FILES, readAttachment } from '../fixtures/attachments.ts';
import { report } from './contract.ts';

async function listed(events: readonly Event[], options: Partial<ReporterOptions>): Promise<string> {
  const page = (await report(htmlReporter, events, options)).get('index.html') ?? '';
  return /<ul class="files">[^]*?<\/ul>/.exec(page)?.[0] ?? '';
}

t.test('Small attachments are in the page, to be saved; a large one is linked', async (t) => {
  const list = await listed(attachedRun(), { readAttachment });
  for (const name of ['notes.txt', 'evil.html', 'evil.svg', 'evil.png']) {
    const data = FILES[name]?.toString('base64');
    t.ok(
      list.includes(`<a href="data:application/octet-stream;base64,${data}" download="${name}">${name}</a>`),
      name,
    );
  }
  t.match(list, '<a href="./large.bin">large.bin</a>');
});

t.test('Only what is a picture by its first bytes is shown', async (t) => {
  const list = await listed(attachedRun(), { readAttachment });
  t.strictSame(
    [...list.matchAll(/<img src="data:([^;]*);[^"]*" alt="([^"]*)"/g)].map(([, type, name]) => [type, name]),
    [['image/png', 'dot.bin']],
  );
});

t.test('What is not what the run attached stays a link, as do those that are gone', async (t) => {
  const none = /^(?![^]*data:)[^]*href="\.\/notes\.txt"/;
  t.match(await listed(attachedRun({ sha256: '00' }), { readAttachment }), none, 'another file');
  t.match(await listed(attachedRun({ sizeBytes: 2 ** 21 }), { readAttachment }), none, 'large by its log');
  t.match(await listed(attachedRun(), { readAttachment: async () => undefined }), none, 'gone');
  t.match(await listed(attachedRun(), {}), none, 'nobody reads');
});

t.test('A page takes attachments as long as it stays below 5 MB', async (t) => {
  const content = Buffer.alloc(900_000, 'x');
  const [first, ...events] = attachedRun({ sizeBytes: content.length, path: 'x' });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const changed = events.map((event) => (event.type === 'attachment' ? { ...event, sha256 } : event));
  const list = await listed([...(first === undefined ? [] : [first]), ...changed], {
    readAttachment: async () => content,
  });
  t.equal(list.match(/href="data:/g)?.length, 4);
  t.equal(list.match(/href="\.\/x"/g)?.length, 2);
});

t.test(
  'What the machine had to say is named beside what went wrong, and listed below a heading',
  async (t) => {
    const events = attachedRun().map((event) =>
      event.type === 'attachment' ? { ...event, step: undefined } : event,
    );
    const page = (await report(htmlReporter, events)).get('index.html') ?? '';
    const [, href, names] = /<a href="#([^"]+)">6 files of the job<\/a>:\s+([^<]*?)\s*</.exec(page) ?? [];
    t.equal(names, 'notes.txt, evil.html, evil.svg, evil.png, dot.bin …');
    t.match(page, `id="${href}"`);
    t.match(page, /<h3 class="phase">Files<\/h3>\s*<ul class="files">/);
  },
);

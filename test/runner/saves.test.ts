/** What counts as a save, and of which files. */
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { foldersBelow, openSaves } from '../../runner/harness/saves.ts';

const limit = AbortSignal.timeout(20_000);

t.test('a save is told whichever way an editor writes, and nothing else is', async (t) => {
  const folder = t.testdir({ files: { 'a.yaml': 'a', 'b.yaml': 'b' }, behind: { 'real.yaml': 'r' } });
  const path = (name: string): string => join(folder, name);
  symlinkSync(path('behind/real.yaml'), path('files/link.yaml'));
  const files = ['files/a.yaml', 'files/b.yaml', 'files/link.yaml', 'files/new.yaml'].map(path);
  using saves = openSaves();
  const checkSaved = async (act: () => void, saved: readonly string[]): Promise<void> => {
    const next = saves.next(() => ({ files, folders: [] }), limit);
    await sleep(1);
    act();
    t.same(await next, saved.map(path));
  };
  await checkSaved(() => appendFileSync(path('files/a.yaml'), 'more'), ['files/a.yaml']);
  await checkSaved(() => {
    writeFileSync(path('files/.b.swp'), 'beside');
    renameSync(path('files/.b.swp'), path('files/b.yaml'));
  }, ['files/b.yaml']);
  await checkSaved(() => writeFileSync(path('files/new.yaml'), 'new'), ['files/new.yaml']);
  await checkSaved(() => rmSync(path('files/new.yaml')), ['files/new.yaml']);
  await checkSaved(() => writeFileSync(path('behind/real.yaml'), 'real'), ['files/link.yaml']);
  const stamp = saves.stamp(path('files/a.yaml'));
  // Between two answers nobody listens; the save is told all the same.
  appendFileSync(path('files/a.yaml'), 'again');
  t.equal(saves.stamp(path('files/a.yaml')), stamp, 'as of the last look');
  await checkSaved(() => undefined, ['files/a.yaml']);
  t.not(saves.stamp(path('files/a.yaml')), stamp);
});

t.test('a new file in a folder is a save, and the wait can be given up', async (t) => {
  const folder = t.testdir({ '.git': {}, node_modules: {}, out: { run: {} }, sub: {} });
  t.same(foldersBelow(folder, join(folder, 'out')), [folder, join(folder, 'sub')]);
  t.same(foldersBelow(join(folder, 'gone'), ''), [join(folder, 'gone')]);
  using saves = openSaves();
  const found: string[] = [];
  const watched = () => ({ files: found, folders: foldersBelow(folder, join(folder, 'out')) });
  const next = saves.next(watched, limit);
  await sleep(1);
  mkdirSync(join(folder, 'sub/deeper'));
  await sleep(200);
  found.push(join(folder, 'sub/deeper/new.yaml'));
  writeFileSync(join(folder, 'sub/deeper/new.yaml'), '');
  t.same(await next, found);
  const stop = new AbortController();
  const given = saves.next(watched, stop.signal);
  stop.abort();
  t.equal(await given, undefined);
});

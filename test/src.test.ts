/** The tests of pure code in one process: to start one for each file takes longer than most of them do. */
import { readdirSync } from 'node:fs';

const folder = new URL('src/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
for (const file of files.toSorted()) await import(new URL(file, folder).href);

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { homeDirectory } from '../../runner/home.ts';
import { recordRun, type SampleStep } from '../fixtures/sample-run.ts';

const program = join(homeDirectory, 'dist/main.js');
const reason = existsSync(program) ? undefined : 'the program is not built: node build.mjs';

t.test(
  'A chunk of the bundle is loaded once, however often it is imported',
  { skip: reason ?? false },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'rootlab-start-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const steps = Array.from({ length: 20 }, (_, index): SampleStep => ({
      id: `step-${index}`,
      outcome: 'passed',
      out: '\u001B[31mred\u001B[0m\n',
    }));
    const events = recordRun([{ job: 'a/b@debian-12', title: 'T', outcome: 'passed', steps }]);
    writeFileSync(join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    writeFileSync(
      join(folder, 'count.cjs'),
      `const fs = require('node:fs');
     const read = fs.readFileSync;
     fs.readFileSync = (path, ...rest) => {
       if (String(path).endsWith('.cjs')) fs.appendFileSync('${folder}/loaded', path + '\\n');
       return read(path, ...rest);
     };`,
    );
    const argv = [
      '--require',
      join(folder, 'count.cjs'),
      program,
      'report',
      'events.jsonl',
      '--reporter=html=page.html',
    ];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    t.equal(status, 0, stderr);
    t.match(readFileSync(join(folder, 'page.html'), 'utf8'), '<span class="f1">red</span>');
    const loaded = readFileSync(join(folder, 'loaded'), 'utf8').split('\n');
    t.equal(loaded.filter((path) => path.endsWith('colours.cjs')).length, 1);
  },
);

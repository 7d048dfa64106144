/** The manual page, as groff reads it. */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { loadCommands } from '../../runner/commands/all.ts';
import { man } from '../../runner/commands/man.ts';
import { manualPage } from '../../runner/harness/manual.ts';
import { missing, strange } from './completions-sample.ts';

t.test('the manual page is one without a warning', { skip: missing('groff') }, async (t) => {
  const page = manualPage({ ...(await loadCommands()), try: strange }, '1.2.3');
  const words = ['-man', '-ww', '-Tutf8', '-P-cbou'];
  const { stdout, stderr } = spawnSync('groff', words, { input: page, encoding: 'utf8' });
  t.equal(stderr, '');
  t.match(stdout.replaceAll(/\s+/g, ' '), man.summary);
  t.match(stdout, /ROOTLAB\(1\)[^]*rootlab 1\.2\.3/);
  t.match(stdout, /rootlab run \[PATH[^]*--shuffle\[=SEED\][^]*rootlab try NAME "x"/);
  t.match(stdout, /\.dots and 'quotes' begin lines\s+\.here as well/);
  t.match(stdout, /rootlab try x \| sed s\/\\\\\.\/\.\.\.\//);
});

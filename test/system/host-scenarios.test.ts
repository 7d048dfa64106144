/** The scenarios of hosts under systemd hold in a booted machine, which is one, and name what such a one lacks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { homeDirectory } from '../../runner/home.ts';
import { rootlab, type Ended } from './program.ts';

t.setTimeout(300_000);
const skip = process.getuid?.() === 0 ? false : 'needs root';

/** The shipped scenario, with a machine instead of this computer, after the command `first`. */
async function runInMachine(t: Test, name: string, first: string): Promise<Ended> {
  const shipped = readFileSync(join(homeDirectory, 'scenarios/host', `${name}.yaml`), 'utf8');
  const text = shipped
    .replace(/^machine: host$/m, `machine: debian-12\nprepare: [{run: ${JSON.stringify(first)}}]`)
    .replace(/^needs: .*\n/m, '')
    // What has failed stays so.
    .replace('within: 60s', 'within: 3s');
  t.match(text, /^machine: debian-12$/m);
  t.notMatch(text, /^needs:/m);
  const folder = t.testdir({ [`${name}.yaml`]: text });
  const words = ['run', join(folder, `${name}.yaml`), `--output=${join(folder, 'out')}`, '--reporter=tap'];
  return rootlab(t, words);
}

t.test('a system that is well passes; one failed unit is named', { skip }, async (t) => {
  const well = await runInMachine(t, 'systemd', 'true');
  t.equal(well.status, 0, well.stdout + well.stderr);
  const ill = await runInMachine(t, 'systemd', 'systemd-run -q --unit=broken /bin/false; sleep 0.5');
  t.equal(ill.status, 1, ill.stdout + ill.stderr);
  t.match(ill.stdout, /degraded/);
  t.match(ill.stdout, /broken\.service/);
  t.equal(ill.stdout.match(/^ +not ok/gm)?.length, 1, 'one cause, one step');
});

t.test('networkd that runs passes; where it does not, that is named', { skip }, async (t) => {
  const runs = await runInMachine(t, 'networkd', 'systemctl start systemd-networkd');
  t.equal(runs.status, 0, runs.stdout + runs.stderr);
  const off = await runInMachine(t, 'networkd', 'true');
  t.equal(off.status, 1, off.stdout + off.stderr);
  t.match(off.stdout, /systemd-networkd\.service active: expected active, saw inactive/);
});

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { rootlab, startRootlab } from '../system/program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';

t.test(
  'The newest run is reported by its name, while it goes on and when it was killed',
  { skip },
  async (t) => {
    const cwd = t.testdir({
      'a.yaml': 'title: A\nmachine: host\nsteps: [{run: echo begun > begun}, {run: sleep 60}]\n',
      out: { earlier: {} },
    });
    symlinkSync('earlier', join(cwd, 'out/latest'));
    const words = ['run', 'a.yaml', '--allow-host', '--output=out', '--reporter=tap'];
    const running = startRootlab(t, words, { cwd });
    await running.said(/1\.\.1/);
    const served = startRootlab(t, ['report', '--serve', 'out/latest'], { cwd });
    const [url] = await served.said(/http:\S+/);
    t.ok(/Running: 0 of 1 job ended/.test(await (await fetch(url)).text()));
    running.child.kill('SIGKILL');
    await running.ended;
    const { stdout } = await rootlab(t, ['report', 'out/latest', '--reporter=tap'], { cwd });
    t.match(stdout, /interrupted/);
  },
);

/** `docs/own-build.md`, done as it says: a build becomes an image, and each command shows what stands there. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { homeDirectory } from '../../runner/home.ts';
import { missingImage } from './needs.ts';
import { rootlab, scenarioFolder } from './program.ts';

t.setTimeout(300_000);
const skip = (await missingImage('debian-12')) || missingTool();

function missingTool(): string | false {
  try {
    execFileSync('dpkg-deb', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'needs dpkg-deb';
  }
}

const page = readFileSync(`${homeDirectory}docs/own-build.md`, 'utf8');
const blocks = (info: string): readonly string[] =>
  [...page.matchAll(/^```([^\n`]*)\n(.*?)^```$/gms)]
    .filter(([, own]) => own === info)
    .map(([, , text = '']) => text);

t.test('every file and command of the page', { skip }, async (t) => {
  const [build = '', ...commands] = blocks('sh');
  const files = {
    'build.sh': build,
    'rootlab.yaml': blocks('yaml images')[0] ?? '',
    'boot.yaml': blocks('yaml run')[0] ?? '',
  };
  const cwd = scenarioFolder(t, files);
  const [differs = '', again = ''] = commands;
  checkShown(t, await typed(t, differs, cwd), blocks('')[0]);
  checkShown(t, await typed(t, again, cwd), blocks('')[1]);
  const changes = readFileSync(`${cwd}/changes.html`, 'utf8').replaceAll(/\s+/g, ' ');
  t.match(changes, /<th scope="col">Unit<\/th>.*<td>systemd-tmpfiles-setup\.service<\/td>/);
});

/** Types a block line by line, and answers what its `compare` printed. */
async function typed(t: Test, block: string, cwd: string): Promise<string> {
  let compared = '';
  for (const line of block.trimEnd().split('\n')) {
    const [program = '', ...words] = line.split(' ');
    if (program !== 'rootlab') {
      execFileSync('sh', ['-ec', line], { cwd, stdio: 'ignore' });
      continue;
    }
    const { status, stdout, stderr } = await rootlab(t, words, { cwd });
    t.ok(status === 0 || status === 1, `${line}: ${String(status)}\n${stderr}`);
    if (words[0] === 'compare') compared = stdout;
  }
  return compared;
}

/** Numbers are those of any computer; between the lines may stand others, as `…` says. */
function checkShown(t: Test, printed: string, shown = ''): void {
  const seen = withoutNumbers(printed).split('\n');
  const wanted = withoutNumbers(shown).trimEnd().split('\n');
  t.ok(wanted.length > 5);
  const lacking = wanted.filter((line) => line !== '…' && !seen.includes(line));
  t.same(lacking, [], printed);
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\b\d+(\.\d+)?m?s\b|[+−±]\d+ %/g, 'N');
}

// Packs the page's stylesheet and browser script into assets.gen.ts, so that no bundler is needed at report time.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = `${here}assets.gen.ts`;

export async function writeAssets() {
  const text = await generateAssets();
  if (readOrNothing(target) !== text) writeFileSync(target, text);
}

/** The text of assets.gen.ts; equal inputs give equal bytes. */
export async function generateAssets() {
  const names = 'base top overview tree failure output chart timeline matrix media'.split(' ');
  const sources = names.map((name) => readFileSync(`${here}style/${name}.css`, 'utf8'));
  const style = await transform(sources.join('\n') + terminalColours(), {
    loader: 'css',
    minify: true,
    target: 'es2023',
  });
  const script = await build({
    entryPoints: [`${here}page/index.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const page = script.outputFiles[0].text.trim();
  if (/<\/(script|style)|<!--/i.test(page + style.code))
    throw new Error('cannot inline assets: they would end their element');
  const short = shortNames(style.code.trim());
  return [
    '/** Made by assets.mjs from style/ and page/: do not edit. */',
    `export const style = ${JSON.stringify(short)};`,
    `export const script = ${JSON.stringify(page)};`,
    '',
  ].join('\n');
}

/** Names of variables are for people: `--dim` becomes `--d`. None of them is in the page or its script. */
function shortNames(css) {
  const names = [...new Set(css.match(/--[a-z-]+(?=:)/g))];
  const taken = new Map(names.map((name, index) => [name, `--${index.toString(36)}`]));
  return css
    .replace(/--[a-z-]+(?=[:),])/g, (name) => taken.get(name) ?? name)
    .replace(/(--\w+): /g, '$1:')
    .replace(/light-dark\(([^(),]+), ([^(),]+)\)/g, 'light-dark($1,$2)');
}

/** What the sixteen colours of a terminal look like here, each readable on its ground. */
const names = {
  red: 'var(--bad)',
  green: 'var(--good)',
  yellow: 'var(--odd)',
  blue: 'var(--link)',
  magenta: 'light-dark(#8250df,#d2a8ff)',
  cyan: 'light-dark(#1b6b72,#56d4dd)',
  grey: 'light-dark(#57606a,#8b949e)',
  text: 'var(--text)',
};
const { red, green, yellow, blue, magenta, cyan, grey, text } = names;
const sixteen = [
  text,
  red,
  green,
  yellow,
  blue,
  magenta,
  cyan,
  grey,
  grey,
  red,
  green,
  yellow,
  blue,
  magenta,
  cyan,
  text,
];
/** Those of `--well`. */
const grounds = ['#f6f8fa', '#0d1117'];

/** Classes f0…f256 for text, b0… for grounds, which bring their own text colour. */
function terminalColours() {
  // Most grounds are bright.
  const rules = new Map([['color:#000', ['t-l [class^=b]']]]);
  const add = (value, selector) => rules.set(value, [...(rules.get(value) ?? []), selector]);
  for (let colour = 0; colour < 232; colour += 1) {
    const rgb = channels(colour);
    if (!inCube(colour, [0, 2, 5])) continue;
    const both = grounds.map((ground) => readable(rgb, ground));
    add(`color:${colour < 16 ? sixteen[colour] : `light-dark(${both})`}`, `.f${colour}`);
    add(`background:${css(rgb)}`, `.b${colour}`);
    if (contrast(rgb, hex('#ffffff')) > contrast(rgb, hex('#000000'))) add('color:#fff', `t-l .b${colour}`);
  }
  add(`color:${grey}`, '.f256');
  add('background:var(--text);color:var(--well)', 't-l .b257');
  return [...rules].map(([value, selectors]) => `${selectors.join(',')}{${value}}`).join('\n');
}

/** The same steps of a channel as in ansi.ts. */
function inCube(colour, steps) {
  const index = colour - 16;
  return (
    index < 0 ||
    [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].every((step) => steps.includes(step))
  );
}

/** Darker on light, lighter on dark, until 4.5 to 1 is reached. */
function readable(rgb, ground) {
  const end = ground === grounds[0] ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.02) {
    const mixed = short(rgb.map((channel) => channel + (end - channel) * share));
    if (contrast(mixed, hex(ground)) >= 4.6) return css(mixed);
  }
  return css([end, end, end]);
}

function channels(colour) {
  const system = [
    '000000',
    'cd0000',
    '00cd00',
    'cdcd00',
    '1e66d0',
    'cd00cd',
    '00cdcd',
    'e5e5e5',
    '7f7f7f',
    'ff0000',
    '00ff00',
    'ffff00',
    '5c9cff',
    'ff00ff',
    '00ffff',
    'ffffff',
  ];
  if (colour < 16) return hex(`#${system[colour]}`);
  const index = colour - 16;
  return [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((step) =>
    step === 0 ? 0 : step * 40 + 55,
  );
}

const short = (rgb) => rgb.map((channel) => Math.round(channel / 17) * 17);
const css = (rgb) =>
  `#${short(rgb)
    .map((channel) => (channel / 17).toString(16))
    .join('')}`;
const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function readOrNothing(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeAssets();

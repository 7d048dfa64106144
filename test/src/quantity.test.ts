import * as fc from 'fast-check';
import t from 'tap';
import {
  compareVersions,
  formatComparison,
  formatDuration,
  formatSize,
  holds,
  kindOf,
  parseComparison,
  parseDuration,
  parseSize,
  type QuantityKind,
} from '../../src/quantity.ts';

function checkHolds(comparison: string, actual: string, expected: boolean, kind?: QuantityKind): void {
  const parsed = parseComparison(comparison);
  if (parsed === undefined) t.fail(`"${comparison}" is no comparison`);
  else t.equal(holds(parsed, actual, kind).ok, expected, `"${actual}" against "${comparison}"`);
}

t.test('durations are read as people and as systemd write them', async (t) => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1min 2.3s', 62_300],
    ['1.234s', 1234],
    ['12us', 0.012],
    ['1h 2min', 3_720_000],
    ['1 day 5h', 104_400_000],
    ['0.1s', 100],
    ['5', undefined],
    ['5x', undefined],
    ['s', undefined],
    ['', undefined],
    ['5s and more', undefined],
  ];
  for (const [text, expected] of cases) t.equal(parseDuration(text), expected, text);
});

t.test('sizes count in 1024', async (t) => {
  t.strictSame(['64K', '512M', '2G', '100', '1.5G', '64KiB', '1.5', '3x'].map(parseSize), [
    65_536,
    536_870_912,
    2_147_483_648,
    100,
    1_610_612_736,
    65_536,
    undefined,
    undefined,
  ]);
  t.strictSame([100, 65_536, 1_610_612_736].map(formatSize), ['100', '64K', '1.5G']);
});

t.test('comparisons hold exactly', async () => {
  checkHolds('< 10s', '9.999s', true);
  checkHolds('< 10s', '1min 2.3s', false);
  checkHolds('0.3s', '300ms', true);
  checkHolds('<= 0.1', '0.10', true);
  checkHolds('< 0.9', '0.13', true);
  checkHolds('!= 0', '1', true);
  checkHolds('10..20', '20', true);
  checkHolds('10..20', '20.1', false);
  checkHolds('10s..20s', '15s', true);
  checkHolds('0644', '644', true);
  checkHolds('= active', 'active', true);
  checkHolds('!= failed', 'active', true);
  checkHolds('!= 64M', 'infinity', true);
  checkHolds('64M', '67108864', true);
  checkHolds('18446744073709551615', '18446744073709551614', false);
});

t.test('versions compare over the parts given', async (t) => {
  checkHolds('< 257', '257.13', false);
  checkHolds('257', '257.13', true, 'version');
  checkHolds('257.0', '257', true, 'version');
  checkHolds('257.1', '257', false, 'version');
  checkHolds('>= 252', '252.38-1~deb12u1', true);
  checkHolds('252', '252.38-1~deb12u1', true);
  checkHolds('>= 5.15', '5.4', false, 'version');
  checkHolds('>= 5.15', '6.1.0-18-amd64', true);
  checkHolds('> 252.38-1~deb12u1', '252.38-1', true);
  t.ok(compareVersions('1:2.3', '2.3') === 0);
  t.ok(compareVersions('252-1', '252.38') < 0);
});

t.test('a text of another kind is told apart from a false comparison', async (t) => {
  t.strictSame(holds({ op: '<', value: '10s' }, '12'), { ok: false, problem: '"12" is not a duration' });
  t.strictSame(holds({ op: '<', value: '64M' }, 'max'), { ok: false, problem: '"max" is not a size' });
  t.strictSame(holds({ op: '<', value: '10s' }, '12s'), { ok: false });
});

t.test('what is no comparison is none', async (t) => {
  for (const text of ['active', '< active', '', '<', 'a..b', '1..', 'root:root']) {
    t.equal(parseComparison(text), undefined, text);
  }
});

t.test('a duration survives printing and reading', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e10 }), (ms) => {
      return ms === 0 || parseDuration(formatDuration(ms)) === ms;
    }),
    { numRuns: 300 },
  );
});

t.test('any text is a comparison or none, and comparing never throws', async () => {
  const word = fc.constantFrom('0', '1', '12', ':', 'A', '.', '~', '-', 's', 'v', '<', '=', ' ');
  const text = fc.oneof(fc.string(), fc.string({ unit: word, maxLength: 4 }));
  fc.assert(
    fc.property(text, text, (text, actual) => {
      const parsed = parseComparison(text);
      kindOf(text);
      if (parsed !== undefined) {
        holds(parsed, actual);
        formatComparison(parsed);
      }
    }),
    { numRuns: 3000 },
  );
});

t.test('comparing versions turns round with its sides where both have the same parts', async () => {
  const version = fc.array(fc.nat(300), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(
      version,
      version,
      (a, b) => Math.sign(compareVersions(a, b)) === -Math.sign(compareVersions(b, a)),
    ),
  );
});

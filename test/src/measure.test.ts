import t, { type Test } from 'tap';
import { readMeasure } from '../../src/measure.ts';

function checkMeasure(t: Test, caught: string, value?: number, unit?: string): void {
  t.same(readMeasure('${x}', { x: caught }), value === undefined ? undefined : { value, unit }, caught);
}

t.test('a number has no unit, a duration is milliseconds, a size is bytes', async (t) => {
  checkMeasure(t, '12', 12, '');
  checkMeasure(t, ' -2.5 ', -2.5, '');
  checkMeasure(t, '1min 2.5s', 62_500, 'ms');
  checkMeasure(t, '64K', 65_536, 'bytes');
});

t.test('what is no quantity is not recorded', async (t) => {
  checkMeasure(t, 'running');
  checkMeasure(t, '');
});

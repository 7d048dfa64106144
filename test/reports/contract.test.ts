import t from 'tap';
import { reporters } from '../../reports/index.ts';
import { checkReporter } from './contract.ts';

for (const [name, factory] of Object.entries(reporters)) {
  t.test(`The ${name} reporter keeps the contract`, async (t) => checkReporter(t, factory));
}

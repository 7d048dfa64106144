/** The program with reporters that fail, each in its own way. */
import { reporters } from '../../reports/index.ts';
import type { ReporterFactory } from '../../reports/reporter.ts';
import { runProgram } from '../../runner/main.ts';

const broken: Readonly<Record<string, ReporterFactory>> = {
  throws: () => ({
    onEvent: ({ type }) => {
      if (type === 'step-begin') throw new Error('it threw at once');
      return `throws saw ${type}\n`;
    },
    render: () => {
      throw new Error('who has failed is not asked again');
    },
  }),
  rejects: () => ({
    onEvent: async ({ type }) => {
      await Promise.resolve();
      if (type === 'step-end') throw new Error('it threw later');
      return '';
    },
  }),
  renders: () => ({
    async *render() {
      yield { path: 'renders.txt', chunk: 'begun\n' };
      await Promise.resolve();
      throw new Error('it threw at the end');
    },
  }),
};
Object.assign(reporters, broken);
runProgram();

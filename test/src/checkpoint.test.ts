/** Where a checkpoint may stand. */
import t from 'tap';
import { messagesOf, scenarioOf, withSteps } from './parse-check.ts';

t.test('a step on the way to the last one may have a checkpoint', async (t) => {
  const { steps } = scenarioOf(withSteps('- {run: x, checkpoint: true}\n- {write: /a, content: b}'));
  t.same(
    steps.map(({ checkpoint }) => checkpoint),
    [true, false],
  );
  t.same(
    messagesOf(withSteps('- {check: {file: /a}, checkpoint: true}\n- {reboot: , checkpoint: true}')),
    [],
  );
});

t.test('elsewhere it would keep nothing of use', async (t) => {
  const check = (text: string, message: RegExp): void => {
    const messages = messagesOf(text);
    t.equal(messages.length, 1, text);
    t.match(messages[0], message);
  };
  check(
    withSteps('- {run: x, background: true, checkpoint: true}'),
    /keeps files only: a step in the background/,
  );
  check(withSteps('- {boot: /a, checkpoint: true}'), /"checkpoint" means nothing in a step with "boot"/);
  check(
    'title: A\nmachine: host\nsteps: [{run: x, checkpoint: true}]',
    /keeps what a throwaway machine wrote, and this computer is none/,
  );
  check(`${withSteps('- {run: x}')}\ncleanup: [{run: x, checkpoint: true}]`, /no job goes on from its end/);
});

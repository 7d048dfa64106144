/** The words of a command line. */
import t from 'tap';
import { commandHelp, readWords, withDefaults, type Command } from '../../runner/command.ts';
import { UserError } from '../../src/error.ts';

const { signal } = new AbortController();
const sample: Command = {
  summary: 'Try things',
  usage: 'NAME [OPTIONS]',
  options: {
    keep: { value: 'WHEN', choices: ['always', 'never', 'until=DATE'], help: 'keep what there is' },
    tag: { value: 'EXPR', multiple: true, short: 't', help: 'only these' },
    quick: { help: 'no long tries' },
  },
  examples: [['rootlab try x', 'one']],
  execute: async () => 0,
};
const passing: Command = { ...sample, passesOn: true };

t.test('options and words come apart, in any order', async (t) => {
  const input = readWords(
    'try',
    sample,
    ['a', '--keep=always', '-t', 'x', 'b', '--tag=y', '--quick'],
    signal,
  );
  t.same(input.words, ['a', 'b']);
  t.equal(input.value('keep'), 'always');
  t.same(input.values('tag'), ['x', 'y']);
  t.ok(input.flag('quick'));
  t.equal(readWords('try', sample, ['--keep=until=noon'], signal).value('keep'), 'until=noon');
  t.equal(input.value('nothing'), undefined);
});

const said = (argv: readonly string[], defaults: Readonly<Record<string, string>>) => {
  const input = withDefaults(readWords('try', sample, argv, signal), defaults);
  return [input.words, input.value('keep'), input.flag('quick')];
};

t.test('what a file says holds where the command line says nothing', async (t) => {
  t.strictSame(said(['a'], { keep: 'always', quick: 'true' }), [['a'], 'always', true]);
  t.strictSame(said(['--keep=never', '--quick'], { keep: 'always', quick: 'false' }), [[], 'never', true]);
  t.strictSame(said([], { quick: 'false' }), [[], undefined, false]);
});

const words = (argv: readonly string[]): readonly string[] => readWords('try', passing, argv, signal).words;

t.test('what belongs to another program is left to it', async (t) => {
  t.same(words(['image', '--quick', 'sh', '-c', 'ls --keep']), ['image', 'sh', '-c', 'ls --keep']);
  t.same(words(['image', '--', '--quick']), ['image', '--quick']);
  t.same(words(['image']), ['image']);
});

t.test('every mistake has its own message and what to do', async (t) => {
  const check = (argv: readonly string[], message: RegExp, hint: RegExp): void => {
    try {
      readWords('try', sample, argv, signal);
      t.fail(argv.join(' '));
    } catch (error) {
      t.ok(error instanceof UserError);
      t.match(error, { message, hint, status: 2 });
    }
  };
  check(['--kepe=always'], /unknown option "--kepe" of rootlab try/, /did you mean --keep\?/);
  check(['--zzzzzzz'], /unknown option "--zzzzzzz"/, /rootlab try --help/);
  check(['--keep'], /"--keep" of rootlab try needs a value/, /--keep=WHEN/);
  check(
    ['--keep=alwys'],
    /"alwys" is no value of --keep/,
    /did you mean "always"\? it takes: always, never, until=DATE/,
  );
  check(['--keep', '--quick'], /"--keep" of rootlab try needs a value/, /--keep=WHEN/);
  check(['--keep', '-1'], /"-1" is no value of --keep/, /it takes: always, never/);
  check(['--keep=until='], /"until=" is no value of --keep/, /it takes: always/);
  check(['--quick=1'], /"--quick" of rootlab try takes no value/, /write --quick alone/);
});

t.test('a command that takes no words refuses them', async (t) => {
  for (const usage of ['', '[OPTIONS]'])
    t.throws(() => readWords('try', { ...sample, usage }, ['extra'], signal), {
      message: 'rootlab try takes no "extra"',
      status: 2,
    });
});

t.test('the help lists options and examples', async (t) => {
  const help = commandHelp('try', sample);
  t.match(help, /^Try things\n\nUsage: rootlab try NAME \[OPTIONS\]\n/);
  t.match(help, / {2}-t, --tag=EXPR +only these\n/);
  t.match(help, /Examples:\n {2}rootlab try x +one\n/);
});

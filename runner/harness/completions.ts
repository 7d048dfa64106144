/** What shells complete after `rootlab`, written from the table of commands. */
import { shellWord } from '../../src/describe-text.ts';
import { openChoice, type Command, type OptionSpec } from '../command.ts';

export type Commands = Readonly<Record<string, Command>>;

export const completions: Readonly<Record<string, (commands: Commands) => string>> = { bash, zsh, fish };

const help: OptionSpec = { help: 'what the command does, and its options' };

function optionsOf({ options }: Command): [name: string, spec: OptionSpec][] {
  return [...Object.entries(options), ['help', help]];
}

/** `--jobs=`, where a value follows. */
function start([name, { value, optional }]: [string, OptionSpec]): string {
  return value === undefined || optional ? `--${name}` : `--${name}=`;
}

function bash(commands: Commands): string {
  const cases = Object.entries(commands).flatMap(([name, command]) => [
    `    ${name})`,
    `      options=${shellWord(optionsOf(command).map(start).join(' '))}`,
    '      case $option in',
    ...optionsOf(command).flatMap(([option, { choices }]) =>
      choices === undefined
        ? []
        : [`        --${option}) values=${shellWord(choices.map(openChoice).join(' '))} ;;`],
    ),
    '      esac ;;',
  ]);
  return `# bash completion of rootlab; rootlab completions bash > /etc/bash_completion.d/rootlab
_rootlab() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} option= options= values=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${shellWord(Object.keys(commands).join(' '))} -- "$word"))
    return
  fi
  # "=" breaks words: --option = value
  if [ "$word" = = ]; then option=$before word=
  elif [ "$before" = = ]; then option=\${COMP_WORDS[COMP_CWORD-2]}
  else option=$before
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [ -n "$values" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
  elif [ "\${word#-}" != "$word" ]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
    case \${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
  else
    COMPREPLY=($(compgen -f -- "$word"))
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _rootlab rootlab
`;
}

function zsh(commands: Commands): string {
  const names = Object.entries(commands).map(
    ([name, { summary }]) => `    ${shellWord(`${name}:${summary}`)}`,
  );
  const cases = Object.entries(commands).flatMap(([name, command]) => [
    `    ${name})`,
    `      _arguments ${optionsOf(command).flatMap(zshOption).join(' ')} '*:file:_files' ;;`,
  ]);
  return `#compdef rootlab
# zsh completion of rootlab; rootlab completions zsh > DIR_OF_fpath/_rootlab
_rootlab() {
  local -a commands
  commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _rootlab ]; then _rootlab "$@"; else compdef _rootlab rootlab; fi
`;
}

function zshOption([name, spec]: [string, OptionSpec]): readonly string[] {
  const { value, optional, choices, multiple, short } = spec;
  const text = spec.help.replaceAll(/[[\]\\:]/g, (sign) => `\\${sign}`);
  const sign = value === undefined ? '' : optional ? '=-' : '=';
  const values = choices === undefined ? '' : zshValues(choices.map(openChoice));
  const argument =
    value === undefined ? '' : `${optional ? '::' : ':'}${value.replaceAll(/[[\]:]/g, ' ')}:${values}`;
  const said = `[${text}]${argument}`;
  return [
    shellWord(`${multiple ? '*' : ''}--${name}${sign}${said}`),
    ...(short === undefined ? [] : [shellWord(`-${short}${value === undefined ? '' : '+'}${said}`)]),
  ];
}

/** Behind a value that goes on (`before=`) no blank may stand. */
function zshValues(choices: readonly string[]): string {
  const open = choices.filter((choice) => choice.endsWith('='));
  if (open.length === 0) return `(${choices.join(' ')})`;
  const whole = choices.filter((choice) => !open.includes(choice));
  return `{compadd -S "" - ${open.join(' ')}; compadd - ${whole.join(' ')}}`;
}

function fish(commands: Commands): string {
  const lines = Object.entries(commands).flatMap(([name, command]) => [
    `complete -c rootlab -n __fish_use_subcommand -f -a ${name} -d ${fishQuote(command.summary)}`,
    ...optionsOf(command).map(([option, { value, optional, short, choices, help: text }]) =>
      [
        `complete -c rootlab -n '__fish_seen_subcommand_from ${name}' -l ${option}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...(value === undefined || optional ? [] : ['-r']),
        ...(choices === undefined ? [] : [`-f -a ${fishQuote(choices.map(openChoice).join(' '))}`]),
        `-d ${fishQuote(text)}`,
      ].join(' '),
    ),
  ]);
  return `# fish completion of rootlab; rootlab completions fish > ~/.config/fish/completions/rootlab.fish\n${lines.join('\n')}\n`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (sign) => `\\${sign}`)}'`;
}

import type { Command } from 'commander';

interface Choice {
  readonly word: string;
  readonly about: string;
}

/** What may follow the words of a command. Options are proposed once a hyphen is typed; else files, where there are no words. */
interface Level {
  /** Such as ` did failover`; empty for the program itself. */
  readonly path: string;
  /** Its commands, or what its argument may be. */
  readonly words: readonly Choice[];
  readonly options: readonly Choice[];
}

function* levelsOf(command: Command, path = ''): Generator<Level> {
  const { visibleCommands, visibleOptions } = visible(command);
  yield {
    path,
    words: [
      ...visibleCommands.map((one) => ({ word: one.name(), about: one.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((word) => ({ word, about: description })),
      ),
    ],
    options: visibleOptions
      .map(({ long, description }) => ({ word: long ?? '', about: description }))
      .filter(({ word }) => word !== ''),
  };
  for (const one of visibleCommands) {
    if (one.name() !== 'help') yield* levelsOf(one, `${path} ${one.name()}`);
  }
}

function visible(command: Command) {
  const help = command.createHelp();
  return { visibleCommands: help.visibleCommands(command), visibleOptions: help.visibleOptions(command) };
}

/** For `source <(throughline completion bash)`. */
export function bashCompletion(program: Command): string {
  const levels = [...levelsOf(program)];
  const list = (choices: readonly Choice[]) => choices.map(({ word }) => word).join(' ');
  const cases = levels.map(
    ({ path, words, options }) => `    '${path}') words='${list(words)}' options='${list(options)}' ;;`,
  );
  return `# bash completion of throughline
_throughline() {
  local path='' words='' options='' word at
  for ((at = 1; at < COMP_CWORD; at += 1)); do
    word=\${COMP_WORDS[at]}
    case "$path $word" in
      ${pathsOf(levels)}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  [[ \${COMP_WORDS[COMP_CWORD]} == -* ]] && words=$options
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _throughline throughline
`;
}

/** For a file `_throughline` in a folder of fpath, or for `source <(throughline completion zsh)`. */
export function zshCompletion(program: Command): string {
  const levels = [...levelsOf(program)];
  const described = (choices: readonly Choice[]) =>
    choices.map(({ word, about }) => quoted(`${word}:${about}`)).join(' ');
  const cases = levels.map(
    ({ path, words, options }) =>
      `    '${path}') choices=(${described(words)}) options=(${described(options)}) ;;`,
  );
  return `#compdef throughline
_throughline() {
  local at='' word
  local -a choices options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${pathsOf(levels)}) at="$at $word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  [[ $words[CURRENT] == -* ]] && choices=("\${(@)options}")
  (( $#choices )) && _describe throughline choices || _files
}
if [[ "\${funcstack[1]}" == _throughline ]]; then _throughline "$@"; else compdef _throughline throughline; fi
`;
}

function pathsOf(levels: readonly Level[]): string {
  return levels
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path}'`)
    .join('|');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

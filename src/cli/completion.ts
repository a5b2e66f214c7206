import type { Command } from 'commander';

/** What may follow the words of a command: its commands and its options. */
interface Level {
  /** Such as ` did failover`; empty for the program itself. */
  readonly path: string;
  readonly choices: readonly { readonly word: string; readonly about: string }[];
}

function* levelsOf(command: Command, path = ''): Generator<Level> {
  const { visibleCommands, visibleOptions } = visible(command);
  yield {
    path,
    choices: [
      ...visibleCommands.map((one) => ({ word: one.name(), about: one.description() })),
      ...visibleOptions.map(({ long, description }) => ({ word: long ?? '', about: description })),
    ].filter(({ word }) => word !== ''),
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
  const cases = levels.map(
    ({ path, choices }) => `    '${path}') words='${choices.map(({ word }) => word).join(' ')}' ;;`,
  );
  return `# bash completion of throughline
_throughline() {
  local path='' words='' word at
  for ((at = 1; at < COMP_CWORD; at += 1)); do
    word=\${COMP_WORDS[at]}
    case "$path $word" in
      ${pathsOf(levels)}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _throughline throughline
`;
}

/** For a file `_throughline` in a folder of fpath, or for `source <(throughline completion zsh)`. */
export function zshCompletion(program: Command): string {
  const levels = [...levelsOf(program)];
  const cases = levels.map(({ path, choices }) => {
    const described = choices.map(({ word, about }) => quoted(`${word}:${about}`)).join(' ');
    return `    '${path}') choices=(${described}) ;;`;
  });
  return `#compdef throughline
_throughline() {
  local at='' word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${pathsOf(levels)}) at="$at $word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  _describe throughline choices || _files
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

/** Patterns of what is left out or taken, from flags and files, as restic's users write them. */
import type { Command } from 'commander'
import { type PathPatterns, pathPatterns } from '../../../repository/index.ts'
import { repeated } from './snapshot-filter.ts'
import { textOf } from './text-file.ts'

export interface ExcludeOptions {
  readonly exclude?: readonly string[]
  readonly iexclude?: readonly string[]
  readonly excludeFile?: readonly string[]
}

export interface IncludeOptions {
  readonly include?: readonly string[]
  readonly iinclude?: readonly string[]
}

export function withExcludes(command: Command): Command {
  return command
    .addOption(repeated('-e, --exclude <pattern>', 'leave out what matches'))
    .addOption(repeated('--iexclude <pattern>', 'the same, upper and lower case being equal'))
    .addOption(repeated('--exclude-file <file>', 'file with such patterns, one a line, # before comments'))
}

export function withIncludes(command: Command): Command {
  return command
    .addOption(repeated('-i, --include <pattern>', 'only what matches, and what is in it'))
    .addOption(repeated('--iinclude <pattern>', 'the same, upper and lower case being equal'))
}

/** All patterns of the flags and files; undefined without any. */
export function excludesOf(
  options: ExcludeOptions,
): { readonly patterns: readonly string[]; readonly matches: (path: string) => boolean } | undefined {
  const patterns = [...(options.exclude ?? []), ...(options.excludeFile ?? []).flatMap(linesOf)]
  const ignoringCase = options.iexclude ?? []
  if (patterns.length + ignoringCase.length === 0) return undefined
  const sets = [pathPatterns(patterns), pathPatterns(ignoringCase, { ignoreCase: true })]
  return {
    patterns: [...patterns, ...ignoringCase],
    matches: (path) => sets.some((set) => set.matches(path)),
  }
}

/** Undefined without any. */
export function includesOf(options: IncludeOptions): PathPatterns | undefined {
  const { include = [], iinclude = [] } = options
  if (include.length + iinclude.length === 0) return undefined
  const sets = [pathPatterns(include), pathPatterns(iinclude, { ignoreCase: true })]
  return {
    matches: (path) => sets.some((set) => set.matches(path)),
    mayMatchBelow: (directory) => sets.some((set) => set.mayMatchBelow(directory)),
  }
}

/** `$NAME` and `${NAME}` stand for variables of the environment, `$$` for a dollar sign. */
function linesOf(file: string): string[] {
  return textOf(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_, dollar: string, braced: string, bare: string) =>
        dollar ? '$' : (process.env[braced ?? bare] ?? ''),
      ),
    )
}

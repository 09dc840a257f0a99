/**
 * Patterns of paths as restic's: a pattern matches a path when it matches it or a folder on the way to it. Relative patterns match
 * anywhere, those with a slash at the beginning from the top; `*`, `?` and `[a-z]` stay within a name, `**` crosses any number of
 * folders, `!` at the beginning takes back what patterns before it matched. Source: restic doc/040_backup.rst, "Excluding Files".
 */
import { posix } from 'node:path'
import { fail } from '../errors.ts'

/** Patterns of paths, as restic’s users write them. */
export interface PathPatterns {
  matches(path: string): boolean
  /** Whether anything below a directory may match. */
  mayMatchBelow(directory: string): boolean
}

interface Pattern {
  readonly negated: boolean
  readonly whole: RegExp
  /** For each depth: the beginning of an absolute pattern, which a directory must match; undefined: anything may be below. */
  readonly beginnings: readonly RegExp[] | undefined
}

/** Empty patterns mean nothing. Errors: `STO_PATTERN_INVALID`. */
export function pathPatterns(
  patterns: readonly string[],
  options: { readonly ignoreCase?: boolean } = {},
): PathPatterns {
  const flags = options.ignoreCase ? 'sui' : 'su'
  const parsed = patterns.filter((text) => text !== '').map((text) => parsePattern(text, flags))
  const fold = (matches: (pattern: Pattern) => boolean): boolean => {
    let result = false
    for (const pattern of parsed) if (matches(pattern)) result = !pattern.negated
    return result
  }
  return {
    matches: (path) => fold(({ whole }) => whole.test(path)),
    mayMatchBelow: (directory) =>
      parsed.some(({ negated, beginnings }) => {
        if (negated) return false
        if (!beginnings) return true
        const depth = directory.split('/').filter((name) => name !== '').length
        return (beginnings[Math.min(depth, beginnings.length) - 1] ?? /(?:)/).test(directory)
      }),
  }
}

function parsePattern(text: string, flags: string): Pattern {
  const negated = text.startsWith('!')
  const clean = posix.normalize(negated ? text.slice(1) : text).replace(/(?<=.)\/$/, '')
  const absolute = clean.startsWith('/')
  // Several `**` in a row mean what one means, and would keep a regular expression busy for ever.
  const names = clean
    .split('/')
    .filter((name, at, all) => name !== '' && !(name === '**' && all[at - 1] === '**'))
  const parts = names.map((name) => (name === '**' ? '(?:/[^/]+)*' : `/${nameExpression(name, text)}`))
  const start = absolute ? '^' : '^(?:/[^/]+)*'
  const expression = (count: number) => new RegExp(`${start}${parts.slice(0, count).join('')}(?:/|$)`, flags)
  const fixed = names.includes('**') ? names.indexOf('**') : names.length
  return {
    negated,
    whole: expression(parts.length),
    beginnings: absolute ? Array.from({ length: fixed }, (_, index) => expression(index + 1)) : undefined,
  }
}

/** One name with wildcards, as Go's `filepath.Match` reads it. */
function nameExpression(name: string, pattern: string): string {
  const refuse = (reason: string) => fail('STO_PATTERN_INVALID', { pattern, reason })
  let expression = ''
  const characters = Array.from(name)
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*')
      expression += characters[at - 1] === '*' && expression.endsWith('[^/]*') ? '' : '[^/]*'
    else if (character === '?') expression += '[^/]'
    else if (character === '\\') {
      const next = characters[++at]
      if (next === undefined) throw refuse('it ends with a backslash')
      expression += RegExp.escape(next)
    } else if (character === '[') {
      const end = closingBracket(characters, at)
      if (end === -1) throw refuse('a bracket is not closed')
      expression += classExpression(characters.slice(at + 1, end), refuse)
      at = end
    } else expression += RegExp.escape(character)
  }
  return expression
}

function closingBracket(characters: readonly string[], open: number): number {
  for (let at = open + 1; at < characters.length; at++) {
    if (characters[at] === '\\') at++
    else if (characters[at] === ']') return at
  }
  return -1
}

function classExpression(inside: readonly string[], refuse: (reason: string) => Error): string {
  const negated = inside[0] === '^'
  const members: string[] = []
  for (let at = negated ? 1 : 0; at < inside.length; at++) {
    const character = inside[at] ?? ''
    if (character === '-') members.push('-')
    else members.push(RegExp.escape(character === '\\' ? (inside[++at] ?? '') : character))
  }
  if (members.length === 0) throw refuse('a bracket is empty')
  try {
    return new RegExp(`[${negated ? '^/' : ''}${members.join('')}]`, 'u').source
  } catch {
    throw refuse('a range in brackets is not one')
  }
}

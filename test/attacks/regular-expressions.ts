/** The regular expressions of the product's sources, and texts made to keep each of them busy. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/run.ts'

export interface Found {
  readonly place: string
  readonly expression: RegExp
}

const literal = /(?<=^|[=(,:&|!?[{;\s])\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/gm

/** All that repeat anything, of `src/` and of the console. */
export function regularExpressions(): Found[] {
  const files = globSync(['src/**/*.ts', 'console/src/**/*.{ts,tsx}'], { cwd: root })
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /^\s*(\*|\/\/|\/\*)/.test(line) ? [] : expressionsOf(line, `${file}:${index + 1}`),
      ),
  )
}

function expressionsOf(line: string, place: string): Found[] {
  return [...line.matchAll(literal)].flatMap(([, source = '', flags = '']) => {
    if (!/[+*]|\{\d+,\}/.test(source)) return []
    try {
      return [{ place, expression: new RegExp(source, flags) }]
    } catch {
      return []
    }
  })
}

/** Beginnings, pieces to repeat and ends: of every kind of character, and what the expression itself asks for. */
export function attacksOn({ source }: RegExp): { start: string; piece: string; end: string }[] {
  const words = source
    .replaceAll(/\\[nrt]/g, ' ')
    .replaceAll(/\[(?:\\.|[^\]])*\]|\(\?[:=!<]*|\\[a-zA-Z](?:\{\w+\})?|[{}]/g, '\n')
    .replaceAll('\\', '')
    .split(/[\n()|+*?^$.]+/)
    .filter((word) => word.length > 0 && word.length < 40)
  const classes = [
    'a',
    '0',
    ' ',
    '\t',
    '\n',
    '-',
    '_',
    '.',
    '=',
    '&',
    '?',
    '"',
    '\\',
    '/',
    ':',
    '@',
    '(',
    '<',
    ',',
    'é',
  ]
  const pieces = [...new Set([...classes, 'a.', 'a ', '\na', '\n ', 'a:', 'a=', ' a=', ...words])]
  const starts = [...new Set(['', ...words.slice(0, 4)])]
  return pieces.flatMap((piece) =>
    starts.flatMap((start) => [
      { start, piece, end: '' },
      { start, piece, end: '\u0001' },
    ]),
  )
}

/**
 * The log goes to stderr, so that stdout stays the program's own: one JSON document a line for collectors, one short line for people at a
 * terminal. Both pass the redaction.
 */
import { type Logger as PinoLogger, pino, stdSerializers } from 'pino'
import { redactFields, redactText } from './log-redaction.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export function createLog(parts: {
  level: LogLevel
  pretty: boolean
  write: (line: string) => void
}): PinoLogger {
  const { level, pretty, write } = parts
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactFields(fields) },
      hooks: { streamWrite: redactText },
    },
    { write: (line: string) => write(pretty ? prettyLine(line) : line) },
  )
}

const marks: Readonly<Record<string, string>> = { debug: '·', info: ' ', warn: '!', error: '✖', fatal: '✖' }

function prettyLine(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const words = Object.entries(fields).map(([name, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? `${name}=${value}`
      : `${name}=${JSON.stringify(value)}`,
  )
  const stack = (err as { stack?: unknown } | undefined)?.stack
  const first = `${String(time).slice(11, 19)} ${marks[String(level)] ?? '?'} ${String(msg)}  ${words.join(' ')}`
  return `${first.trimEnd()}${typeof stack === 'string' ? `\n${stack}` : ''}\n`
}

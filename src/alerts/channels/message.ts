/** What is sent, before it takes the form of a channel: an alert message, a digest or a test. */
import type { AlertKind, AlertSeverity } from '../../contract/index.ts'

export interface MessageLine {
  readonly event: 'raised' | 'again' | 'resolved' | 'open'
  readonly severity: AlertSeverity
  readonly kind: AlertKind
  readonly title: string
  readonly detail: string
  readonly organization: string | null
  /** Path in the console. */
  readonly link: string
}

export interface RunLine {
  readonly organization: string
  readonly succeeded: number
  readonly partial: number
  readonly failed: number
  readonly lastSuccessAt: string | null
}

export type MessageContent =
  | {
      readonly purpose: 'alerts'
      readonly at: string
      readonly lines: readonly MessageLine[]
      /** That are not in `lines`. */
      readonly more: number
    }
  | {
      readonly purpose: 'digest'
      readonly at: string
      readonly lines: readonly MessageLine[]
      readonly more: number
      readonly runs: readonly RunLine[]
      readonly moreRuns: number
    }
  | { readonly purpose: 'test'; readonly at: string; readonly lines: readonly []; readonly more: 0 }

export interface Envelope {
  /** The same each time that a message is tried. */
  readonly id: string
  /** Name of the installation. */
  readonly server: string
  /** Address of the console, without a slash at the end. */
  readonly console: string
  readonly content: MessageContent
}

const severityWords: Readonly<Record<AlertSeverity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  information: 'Information',
}

/** One line of text without anything that could begin another line or header, or turn the writing direction. */
export function oneLine(text: string, longest: number): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
}

/** The message in one sentence. */
export function headline({ content }: Envelope): string {
  const { lines, more } = content
  if (content.purpose === 'test') return 'Test message: alerts will arrive here'
  if (content.purpose === 'digest') {
    const open = lines.length + more
    return open === 0 ? 'Daily summary: all is well' : `Daily summary: ${countOf(open, 'open alert')}`
  }
  const [first] = lines
  if (lines.length + more === 1 && first) return oneLine(titleOf(first), 150)
  const critical = lines.filter(
    ({ severity, event }) => severity === 'critical' && event !== 'resolved',
  ).length
  return `${countOf(lines.length + more, 'alert')}${critical > 0 ? `, ${critical} of them critical` : ''}`
}

export function titleOf({ event, severity, title }: MessageLine): string {
  if (event === 'resolved') return `Ended: ${title}`
  return `${severityWords[severity]}: ${title}`
}

/** Paragraphs under the headline; `link` is a path in the console. */
export function paragraphs({ content }: Envelope): { title: string; text: string; link: string | null }[] {
  if (content.purpose === 'test') {
    return [
      { title: 'It works', text: 'This message was asked for in the settings of the server.', link: null },
    ]
  }
  const alerts = content.lines.map((line) => ({
    title: oneLine(titleOf(line), 200),
    text: [line.organization, line.detail]
      .filter((part): part is string => part !== null && part !== '')
      .map((part) => oneLine(part, 600))
      .join(': '),
    link: line.link,
  }))
  if (content.more > 0)
    alerts.push({
      title: `And ${content.more} more`,
      text: 'The console shows all of them.',
      link: '/alerts',
    })
  if (content.purpose !== 'digest') return alerts
  const runs = content.runs.map((run) => ({
    title: oneLine(run.organization, 200),
    text: runText(run),
    link: null,
  }))
  if (content.moreRuns > 0)
    runs.push({ title: `And ${content.moreRuns} more organizations`, text: '', link: null })
  return [
    ...(alerts.length === 0 ? [{ title: 'No alert is open', text: '', link: null }] : alerts),
    ...(runs.length === 0 ? [{ title: 'No organization is backed up yet', text: '', link: null }] : runs),
  ]
}

function runText({ succeeded, partial, failed, lastSuccessAt }: RunLine): string {
  const runs = [
    succeeded > 0 && `${succeeded} succeeded`,
    partial > 0 && `${partial} in part`,
    failed > 0 && `${failed} failed`,
  ].filter((part) => part !== false)
  const last =
    lastSuccessAt === null
      ? 'never backed up'
      : `last backup ${lastSuccessAt.slice(0, 16).replace('T', ' ')} UTC`
  return `Backups of the last day: ${runs.length === 0 ? 'none' : runs.join(', ')}; ${last}`
}

function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/**
 * Webhooks. Our own form is JSON, signed: `x-bdrcloud-signature: t=<seconds>,v1=<hex>` holds HMAC-SHA-256, by the key that was told when the
 * channel was made, over the seconds, a dot and the body. Receivers compare it, refuse what is older than some minutes, and tell a message
 * that comes twice by `x-bdrcloud-delivery`.
 *
 * Teams: an Adaptive Card in a message, as Workflows' 'When a Teams webhook request is received' takes it
 * (learn.microsoft.com, "Create incoming webhooks with Workflows", read 2026-11). Slack: blocks (docs.slack.dev, "Sending messages using
 * incoming webhooks", read 2026-11).
 */
import { createHmac } from 'node:crypto'
import type { Egress } from '../../egress/index.ts'
import { fail } from '../errors.ts'
import { type Envelope, headline, paragraphs } from './message.ts'

const limitMs = 15_000
const longestAnswer = 16_384

/** @param now milliseconds since the epoch @throws ALT_WEBHOOK_REFUSED, NET_… */
export async function sendWebhook(
  parts: { readonly egress: Egress; readonly now: number; readonly signal: AbortSignal },
  target: {
    readonly kind: 'webhook' | 'teams' | 'slack'
    readonly address: string
    readonly signingKey: string | undefined
  },
  envelope: Envelope,
): Promise<void> {
  const body = JSON.stringify(bodyOf(target.kind, envelope))
  const { status } = await parts.egress.request(target.address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-bdrcloud-delivery': envelope.id,
      ...(target.signingKey === undefined
        ? {}
        : { 'x-bdrcloud-signature': signatureOf(target.signingKey, Math.floor(parts.now / 1000), body) }),
    },
    body,
    limitMs,
    longestAnswer,
    signal: parts.signal,
  })
  if (status < 200 || status > 299)
    throw fail('ALT_WEBHOOK_REFUSED', { host: URL.parse(target.address)?.host ?? '', status })
}

/** @param seconds since the epoch */
export function signatureOf(key: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}

export function bodyOf(kind: 'webhook' | 'teams' | 'slack', envelope: Envelope): object {
  if (kind === 'teams') return teamsBody(envelope)
  if (kind === 'slack') return slackBody(envelope)
  const { id, server, content } = envelope
  const lines = content.lines.map((line) => ({ ...line, link: `${envelope.console}${line.link}` }))
  return { id, server, text: headline(envelope), ...content, lines }
}

function teamsBody(envelope: Envelope): object {
  const block = (text: string, more: object = {}) => ({
    type: 'TextBlock',
    text: withoutMarkdown(text),
    wrap: true,
    ...more,
  })
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            block(headline(envelope), { size: 'Large', weight: 'Bolder' }),
            ...paragraphs(envelope).flatMap(({ title, text }) => [
              block(title, { weight: 'Bolder', separator: true }),
              ...(text === '' ? [] : [block(text, { spacing: 'None' })]),
            ]),
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Open the console', url: `${envelope.console}/alerts` }],
        },
      },
    ],
  }
}

/** Names come from tenants: none of them is to become a link. */
function withoutMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]()<>#~|]/g, (character) => `\\${character}`)
}

function slackBody(envelope: Envelope): object {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false })
  return {
    text: headline(envelope).replaceAll(
      /[&<>]/g,
      (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? '',
    ),
    blocks: [
      { type: 'header', text: plain(headline(envelope).slice(0, 150)) },
      // At most 50 blocks make a message.
      ...paragraphs(envelope)
        .slice(0, 45)
        .map(({ title, text }) => ({
          type: 'section',
          text: plain(
            [title, text]
              .filter((part) => part !== '')
              .join('\n')
              .slice(0, 3000),
          ),
        })),
      { type: 'context', elements: [plain(`${envelope.server} · ${envelope.console}/alerts`)] },
    ],
  }
}

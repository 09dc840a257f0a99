/**
 * E-mail by SMTP. The connection goes through the guarded way out and is TLS before anything is told: from the start, or by STARTTLS, which
 * the mail server has to offer. Text and plain HTML, without pictures or anything to be loaded.
 */
import type { Socket } from 'node:net'
import { getCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import type { EmailPlace } from '../../contract/index.ts'
import type { Egress } from '../../egress/index.ts'
import { isAppError } from '../../errors/index.ts'
import { fail } from '../errors.ts'
import { type Envelope, headline, oneLine, paragraphs } from './message.ts'

const connectMs = 15_000
/** Between two signs of life of the mail server. */
const silenceMs = 20_000
const wholeMs = 60_000

/** @throws ALT_SMTP_…, ALT_TOKEN_REFUSED, NET_… */
export async function sendMail(
  parts: { readonly egress: Egress; readonly signal: AbortSignal },
  place: EmailPlace,
  secret: string | undefined,
  envelope: Envelope,
): Promise<void> {
  const { egress } = parts
  const { host } = place
  const limit = AbortSignal.timeout(wholeMs)
  const signal = AbortSignal.any([parts.signal, limit])
  const auth = await credentialsOf(egress, place, secret, signal)
  const socket = await egress.connect({ host, port: place.port, limitMs: connectMs, signal })
  const giveUp = () => socket.destroy()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    // Kept alive by nobody else: an error after the end must not be the end of the program.
    socket.on('error', () => undefined)
    await transportOf(place, socket, auth).sendMail(mailOf(place, envelope))
  } catch (error) {
    parts.signal.throwIfAborted()
    throw explained(error, host, limit.aborted)
  } finally {
    signal.removeEventListener('abort', giveUp)
    socket.destroy()
  }
}

function transportOf(place: EmailPlace, socket: Socket, auth: object | undefined) {
  const ca = [...getCACertificates('default'), ...getCACertificates('system')]
  if (place.certificateAuthority !== null) ca.push(place.certificateAuthority)
  return createTransport({
    host: place.host,
    port: place.port,
    connection: socket,
    secure: place.security === 'tls',
    requireTLS: true,
    tls: { ca, minVersion: 'TLSv1.2' },
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(auth && { auth }),
  } as Parameters<typeof createTransport>[0])
}

async function credentialsOf(
  egress: Egress,
  { signIn }: EmailPlace,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<object | undefined> {
  if (signIn.kind === 'none') return undefined
  if (secret === undefined)
    throw fail('ALT_CHANNEL_INCOMPLETE', { reason: 'its password or secret is missing' })
  if (signIn.kind === 'password') return { user: signIn.userName, pass: secret }
  const { tokenAddress, clientId, scope, userName } = signIn
  // Client credentials, RFC 6749 4.4.
  const { status, body } = await egress.request(tokenAddress, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope,
    }).toString(),
    signal,
  })
  const accessToken = status === 200 ? tokenIn(body) : undefined
  if (accessToken === undefined)
    throw fail('ALT_TOKEN_REFUSED', { host: URL.parse(tokenAddress)?.host ?? '', reason: `status ${status}` })
  return { type: 'OAuth2', user: userName, accessToken }
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { access_token: token } = JSON.parse(body.toString('utf8')) as { access_token?: unknown }
    return typeof token === 'string' && token !== '' ? token : undefined
  } catch {
    return undefined
  }
}

export function mailOf(place: Pick<EmailPlace, 'from' | 'to'>, envelope: Envelope) {
  const subject = oneLine(`[${envelope.server}] ${headline(envelope)}`, 200)
  const parts = paragraphs(envelope)
  const address = (link: string | null) => (link === null ? null : `${envelope.console}${link}`)
  const text = [
    `${headline(envelope)}`,
    ...parts.map(({ title, text: said, link }) => [title, said, address(link)].filter(Boolean).join('\n')),
    `Sent by ${envelope.server}, ${envelope.console}`,
  ].join('\n\n')
  const html = `<!doctype html><html lang="en"><body style="font-family:sans-serif"><h2>${escaped(headline(envelope))}</h2>${parts
    .map(({ title, text: said, link }) => {
      const to = address(link)
      const open = to === null ? '' : `<br><a href="${escaped(to)}">Open in the console</a>`
      return `<p><strong>${escaped(title)}</strong>${said === '' ? '' : `<br>${escaped(said)}`}${open}</p>`
    })
    .join(
      '',
    )}<p style="color:#666">Sent by ${escaped(envelope.server)}, ${escaped(envelope.console)}</p></body></html>`
  return {
    from: { name: 'BDRCloud Server', address: place.from },
    to: [...place.to],
    subject,
    text,
    html,
    messageId: `<${envelope.id}@${place.from.split('@').at(-1)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-BDRCloud-Delivery': envelope.id },
  }
}

function escaped(text: string): string {
  return text.replaceAll(
    /[&<>"']/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[character] ?? '',
  )
}

interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly command?: string
}

/** What a mail server says in words is not passed on: it may hold anything. */
function explained(error: unknown, host: string, late: boolean): Error {
  if (isAppError(error)) return error
  const { code = '', responseCode, message } = error as SmtpError
  if (late) return fail('ALT_SMTP_REFUSED', { host, reason: 'it took longer than a minute' }, error)
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) || /certificate|altname/i.test(message))
    return fail('ALT_SMTP_CERTIFICATE', { host }, error)
  if (code === 'ETLS') return fail('ALT_SMTP_NO_TLS', { host }, error)
  if (code === 'EAUTH') return fail('ALT_SMTP_SIGN_IN', { host }, error)
  const reason =
    responseCode === undefined
      ? code === 'ETIMEDOUT'
        ? 'it did not answer in time'
        : 'the connection was broken off'
      : `status ${responseCode}`
  return fail('ALT_SMTP_REFUSED', { host, reason }, error)
}

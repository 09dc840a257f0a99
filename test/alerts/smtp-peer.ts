/** A mail server of another library, with a certificate of a made authority, that can be as unhelpful as real ones. */
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerOptions } from 'smtp-server'
import { createCertificates } from '../../simulator/certificates.ts'
import type { EmailPlace, SaveChannel } from '../../src/contract/index.ts'
import { plainRules } from './alert-lab.ts'

export interface GotMail {
  readonly raw: string
  readonly parsed: ParsedMail
  readonly from: string
  readonly to: readonly string[]
  /** Whether the connection was TLS when the mail came. */
  readonly secure: boolean
  readonly signedInAs: string | null
}

export interface SmtpPeer {
  readonly port: number
  readonly authority: string
  readonly mails: GotMail[]
  readonly signIns: SMTPServerAuthentication[]
  /** What it does with the next mail. */
  behaviour: 'takes' | 'refuses-sender' | 'refuses-mail' | 'hangs' | 'drops'
}

export async function startSmtpPeer(
  t: TestContext,
  options: SMTPServerOptions & { accepts?: (auth: SMTPServerAuthentication) => boolean } = {},
): Promise<SmtpPeer> {
  const certificates = await createCertificates(undefined)
  const { accepts = () => true, ...others } = options
  const mails: GotMail[] = []
  const signIns: SMTPServerAuthentication[] = []
  const peer = { port: 0, authority: certificates.caPem, mails, signIns, behaviour: 'takes' } as SmtpPeer & {
    port: number
  }
  const server = new SMTPServer({
    key: certificates.key,
    cert: certificates.certificate,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (auth, _session, callback) => {
      signIns.push(auth)
      if (accepts(auth)) callback(null, { user: auth.username })
      else callback(new Error('no such account: the password hunter2 is wrong'))
    },
    onMailFrom: (_address, _session, callback) => {
      if (peer.behaviour === 'refuses-sender')
        callback(Object.assign(new Error('not you'), { responseCode: 550 }))
      else callback()
    },
    onData: (stream, session, callback) => {
      const parts: Buffer[] = []
      const { behaviour } = peer
      if (behaviour === 'drops') {
        stream.once('data', () => {
          for (const client of server.connections as Set<{ close(): void }>) client.close()
        })
      }
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        // The end may have come together with the beginning.
        if (behaviour === 'hangs' || behaviour === 'drops') return
        if (behaviour === 'refuses-mail')
          return callback(Object.assign(new Error('spam'), { responseCode: 554 }))
        const raw = Buffer.concat(parts).toString('utf8')
        simpleParser(raw).then((parsed) => {
          mails.push({
            raw,
            parsed,
            from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map(({ address }) => address),
            secure: session.secure,
            signedInAs: session.user ?? null,
          })
          callback()
        }, callback)
      })
    },
    ...others,
  })
  // Clients that go away in the middle are part of the tests.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  peer.port = (server.server.address() as AddressInfo).port
  t.after(async () => {
    certificates.remove()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return peer
}

export function email(peer: SmtpPeer, place: Partial<EmailPlace> = {}, secret?: string): SaveChannel {
  return {
    name: 'Operations',
    enabled: true,
    rules: plainRules,
    target: {
      kind: 'email',
      place: {
        host: '127.0.0.1',
        port: peer.port,
        security: 'starttls',
        certificateAuthority: peer.authority,
        from: 'backup@contoso.example',
        to: ['ada@contoso.example', 'grace@contoso.example'],
        signIn: { kind: 'none' },
        ...place,
      },
      ...(secret === undefined ? {} : { secret }),
    },
  }
}

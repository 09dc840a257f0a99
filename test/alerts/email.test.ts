import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createAlertLab, hour, somethingWrong, startWebhookPeer } from './alert-lab.ts'
import { email, startSmtpPeer } from './smtp-peer.ts'

test('an alert arrives as text and plain HTML over STARTTLS, signed in by password, with nothing to be loaded', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startSmtpPeer(t)
  const signIn = { kind: 'password', userName: 'mailer' } as const
  await lab.alerts.channels.create(email(peer, { signIn }, 'hunter2'))
  await lab.alerts.book.raise(somethingWrong({ title: 'Mails of "Müller & <b>Söhne</b>" are gone' }))
  await lab.alerts.tick()

  const [mail, ...others] = peer.mails
  assert.ok(mail)
  assert.equal(others.length, 0)
  assert.equal(mail.secure, true)
  assert.equal(mail.signedInAs, 'mailer')
  assert.equal(mail.from, 'backup@contoso.example')
  assert.deepEqual(mail.to, ['ada@contoso.example', 'grace@contoso.example'])
  assert.equal(mail.parsed.subject, '[bdrcloud-test] Critical: Mails of "Müller & <b>Söhne</b>" are gone')
  assert.match(mail.parsed.text ?? '', /With 4,812 things\.\nhttps:\/\/backup\.example\/alerts\/[0-9a-f-]+/)
  const html = String(mail.parsed.html)
  assert.match(html, /Müller &amp; &lt;b&gt;Söhne/)
  assert.doesNotMatch(html, /<img|<script|<link|src=|url\(/i)
  assert.equal(mail.parsed.headers.get('auto-submitted'), 'auto-generated')
  assert.match(mail.parsed.messageId ?? '', /^<[0-9a-f-]{36}@contoso\.example>$/)
  assert.doesNotMatch(mail.raw, /hunter2/)
})

test('signs in with LOGIN, and with a token that it got by client credentials (XOAUTH2)', async (t) => {
  const lab = await createAlertLab(t)
  const login = await startSmtpPeer(t, { authMethods: ['LOGIN'] })
  await lab.alerts.channels.create(
    email(login, { signIn: { kind: 'password', userName: 'mailer' } }, 'hunter2'),
  )
  const token = await startWebhookPeer(t)
  const given = 'grant_type=client_credentials&client_id=app-1&client_secret=s%26cret&scope=smtp'
  const oauth = await startSmtpPeer(t, {
    authMethods: ['XOAUTH2'],
    accepts: ({ accessToken }) => accessToken === 'token-of-an-hour',
  })
  const tokens = await startTokenService(t, given)
  const signIn = {
    kind: 'oauth',
    userName: 'backup@contoso.example',
    tokenAddress: tokens.address,
    clientId: 'app-1',
    scope: 'smtp',
  } as const
  const { channel } = await lab.alerts.channels.create(email(oauth, { signIn }, 's&cret'))
  await lab.alerts.book.raise(somethingWrong())
  await lab.alerts.tick()
  assert.equal(login.mails[0]?.signedInAs, 'mailer')
  assert.equal(login.signIns[0]?.method, 'LOGIN')
  assert.equal(oauth.mails[0]?.signedInAs, 'backup@contoso.example')
  assert.equal(oauth.signIns[0]?.method, 'XOAUTH2')

  const refusing = { ...signIn, tokenAddress: token.address }
  token.answer = () => 401
  await lab.alerts.channels.save(channel.id, email(oauth, { signIn: refusing }, 's&cret'))
  assert.equal((await lab.alerts.channels.test(channel.id)).problem?.code, 'ALT_TOKEN_REFUSED')
})

test('tells nothing without encryption, to a certificate that is not trusted, or to a name that it is not for', async (t) => {
  const lab = await createAlertLab(t)
  const signIn = { kind: 'password', userName: 'mailer' } as const
  const bare = await startSmtpPeer(t, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
  const plain = await lab.alerts.channels.create(email(bare, { signIn }, 'hunter2'))
  assert.equal((await lab.alerts.channels.test(plain.channel.id)).problem?.code, 'ALT_SMTP_NO_TLS')
  assert.equal(bare.signIns.length + bare.mails.length, 0)

  const peer = await startSmtpPeer(t)
  const unknown = await lab.alerts.channels.create(
    email(peer, { signIn, certificateAuthority: null }, 'hunter2'),
  )
  assert.equal((await lab.alerts.channels.test(unknown.channel.id)).problem?.code, 'ALT_SMTP_CERTIFICATE')
  assert.equal(peer.signIns.length + peer.mails.length, 0)

  const implicit = await startSmtpPeer(t, { secure: true })
  const tls = await lab.alerts.channels.create(email(implicit, { security: 'tls' }))
  assert.deepEqual(await lab.alerts.channels.test(tls.channel.id), { problem: null })
  assert.equal(implicit.mails[0]?.secure, true)
})

test('a mail server that refuses, drops or does not accept the sign-in is tried again; what it says is not passed on', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startSmtpPeer(t, { accepts: ({ password }) => password === 'right' })
  const signIn = { kind: 'password', userName: 'mailer' } as const
  const { channel } = await lab.alerts.channels.create(email(peer, { signIn }, 'right'))
  const codeOf = async () => (await lab.alerts.channels.list())[0]?.lastError?.code
  await lab.alerts.book.raise(somethingWrong())
  for (const behaviour of ['refuses-sender', 'refuses-mail', 'drops'] as const) {
    peer.behaviour = behaviour
    await lab.alerts.tick()
    assert.equal(await codeOf(), 'ALT_SMTP_REFUSED', behaviour)
    lab.clock.move(hour)
  }
  peer.behaviour = 'takes'
  await lab.alerts.tick()
  assert.equal(peer.mails.length, 1, 'the next try')
  assert.equal(await codeOf(), undefined)

  await lab.alerts.channels.save(channel.id, email(peer, { signIn }, 'hunter2'))
  const { problem } = await lab.alerts.channels.test(channel.id)
  assert.equal(problem?.code, 'ALT_SMTP_SIGN_IN')
  assert.doesNotMatch(JSON.stringify(problem) + lab.logged.join('\n'), /hunter2/)
})

test('no line break in a name makes a header or another recipient', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startSmtpPeer(t)
  await lab.alerts.channels.create(email(peer))
  await lab.alerts.book.raise(
    somethingWrong({
      title: 'Gone\r\nBcc: thief@evil.example\r\n\r\n<script>alert(1)</script>',
      detail: 'a\u2028b\u202Ec',
    }),
  )
  await lab.alerts.tick()
  const [mail] = peer.mails
  assert.deepEqual(mail?.to, ['ada@contoso.example', 'grace@contoso.example'])
  assert.equal(mail?.parsed.bcc, undefined)
  assert.match(mail?.parsed.subject ?? '', /Gone Bcc: thief@evil\.example <script>/)
  assert.doesNotMatch(mail?.raw ?? '', /^Bcc:/im)
  assert.match(mail?.parsed.text ?? '', /a b c/)
})

test('a password that would go to another server is asked for again, and is never shown', async (t) => {
  const lab = await createAlertLab(t)
  const peer = await startSmtpPeer(t)
  const other = await startSmtpPeer(t)
  const signIn = { kind: 'password', userName: 'mailer' } as const
  await assert.rejects(lab.alerts.channels.create(email(peer, { signIn })), {
    code: 'ALT_CHANNEL_INCOMPLETE',
  })
  const { channel } = await lab.alerts.channels.create(email(peer, { signIn }, 'hunter2'))
  await assert.rejects(lab.alerts.channels.save(channel.id, email(other, { signIn })), {
    code: 'ALT_CHANNEL_INCOMPLETE',
    message: /given again/,
  })
  await lab.alerts.channels.save(channel.id, { ...email(peer, { signIn }), name: 'Renamed' })
  assert.deepEqual(await lab.alerts.channels.test(channel.id), { problem: null })
  assert.equal(peer.signIns[0]?.password, 'hunter2')
  assert.doesNotMatch(JSON.stringify(await lab.alerts.channels.list()), /hunter2/)
  const rows = await lab.database.db.selectFrom('alert_channels').selectAll().execute()
  assert.doesNotMatch(JSON.stringify(rows) + rows[0]?.secrets_sealed?.toString('latin1'), /hunter2/)
})

/** Gives a token for exactly that body. */
async function startTokenService(t: TestContext, expected: string) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8')
    })
    request.on('end', () => {
      const right = body === expected && request.method === 'POST'
      response
        .writeHead(right ? 200 : 400, { 'content-type': 'application/json' })
        .end(
          JSON.stringify(
            right ? { access_token: 'token-of-an-hour', token_type: 'Bearer' } : { error: body },
          ),
        )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}/token` }
}

import type { CorpusMail } from './corpus.ts'

/** A mail too big and too deep for careless programs: some 3 MB of nested and unclosed HTML, made when asked for. */
export const enormousMail: CorpusMail = {
  name: 'own/hostile/enormous (made on demand)',
  read: () => {
    const lines = [
      'From: "Hostile enormous" <attacker@evil.example>',
      'To: victim@example.net',
      'Subject: Enormous HTML',
      'Date: Thu, 13 Feb 2025 10:00:00 +0000',
      'Message-ID: <hostile-enormous@evil.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      '<html><body>visible text of the enormous mail',
    ]
    for (let depth = 0; depth < 20_000; depth++)
      lines.push(`<div style="color:#${String(depth % 10).repeat(3)}"><span><b>`)
    for (let row = 0; row < 20_000; row++)
      lines.push(
        `<table><tr><td onclick="alert(${row})">row ${row}<td><img src="http://outside.invalid/${row}.png">`,
      )
    lines.push('<script>alert(1)</script>', '')
    return Buffer.from(lines.join('\r\n'))
  },
}

/** A few mails as an office gets them, for pictures. Sender, hours before now, subject, HTML. */
export interface PictureMail {
  readonly from: readonly [name: string, address: string]
  readonly hoursAgo: number
  readonly subject: string
  readonly html: string
  readonly attachment?: { readonly name: string; readonly type: string; readonly bytes: number }
}

const quarterly = `<div style="font-family:Segoe UI,Arial,sans-serif;color:#222;max-width:560px">
<h2 style="color:#0b5c66;margin:0 0 12px">Third quarter at a glance</h2>
<p>Hi all,</p>
<p>the numbers are final. Repairs grew faster than planned, the winter orders came in two weeks early, and
the new workshop pays for itself since August.</p>
<table style="border-collapse:collapse;width:100%;font-size:14px">
<tr style="background:#e6f4f5"><th align="left" style="padding:8px">Area</th><th align="right" style="padding:8px">Plan</th><th align="right" style="padding:8px">Result</th></tr>
<tr><td style="padding:8px;border-top:1px solid #ddd">Lamps and lenses</td><td align="right" style="padding:8px;border-top:1px solid #ddd">412,000</td><td align="right" style="padding:8px;border-top:1px solid #ddd">437,500</td></tr>
<tr><td style="padding:8px;border-top:1px solid #ddd">Repairs</td><td align="right" style="padding:8px;border-top:1px solid #ddd">128,000</td><td align="right" style="padding:8px;border-top:1px solid #ddd">151,200</td></tr>
<tr><td style="padding:8px;border-top:1px solid #ddd">Rentals</td><td align="right" style="padding:8px;border-top:1px solid #ddd">64,000</td><td align="right" style="padding:8px;border-top:1px solid #ddd">61,900</td></tr>
</table>
<p>The full report is attached. Let us talk about the rentals on Thursday.</p>
<p>Ingrid</p></div>`

const short = (text: string) => `<p>${text}</p>`

export const pictureMails: readonly PictureMail[] = [
  {
    from: ['Ingrid Eriksson', 'ingrid.eriksson@harbourlights.example'],
    hoursAgo: 1,
    subject: 'Third quarter: report and numbers',
    html: quarterly,
    attachment: { name: 'Quarterly report Q3.pdf', type: 'application/pdf', bytes: 214_000 },
  },
  {
    from: ['Mateo Okafor', 'mateo.okafor@harbourlights.example'],
    hoursAgo: 3,
    subject: 'Lighthouse Kap Arkona: dates for the lens',
    html: short('The crane is booked for the 12th. Can you confirm the second team?'),
  },
  {
    from: ['Nordic Glass', 'orders@nordicglass.example'],
    hoursAgo: 6,
    subject: 'Order 48213 has left our warehouse',
    html: short('Your order of 24 prism panels was handed to the carrier.'),
    attachment: { name: 'Delivery note 48213.pdf', type: 'application/pdf', bytes: 48_000 },
  },
  {
    from: ['Priya Haddad', 'priya.haddad@harbourlights.example'],
    hoursAgo: 22,
    subject: 'Re: Interview on Thursday',
    html: short('Ten works for me. I will bring the portfolio she sent.'),
  },
  {
    from: ['Travel Desk', 'desk@travel.example'],
    hoursAgo: 27,
    subject: 'Your tickets to Bergen',
    html: short('Please find your tickets attached. Have a good journey.'),
    attachment: { name: 'Tickets.pdf', type: 'application/pdf', bytes: 91_000 },
  },
  {
    from: ['Søren Wagner', 'soren.wagner@harbourlights.example'],
    hoursAgo: 30,
    subject: 'Insurance: three offers compared',
    html: short('The second offer covers transport by sea. I would take it.'),
  },
  {
    from: ['Chloé Dubois', 'chloe.dubois@phares.example'],
    hoursAgo: 49,
    subject: 'Contract signed, thank you!',
    html: short('Signed copy attached. We look forward to working with you.'),
    attachment: { name: 'Contract.pdf', type: 'application/pdf', bytes: 132_000 },
  },
  {
    from: ['Facility team', 'facility@harbourlights.example'],
    hoursAgo: 53,
    subject: 'Workshop closed on Friday afternoon',
    html: short('The floor is being renewed. Please take what you need with you.'),
  },
]

/** The mail as MIME, for the given recipient. */
export function mimeOf(mail: PictureMail, to: string, sentAt: Date): Buffer {
  const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
  const lines = (bytes: Buffer) => bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  const parts = [
    `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(Buffer.from(mail.html))}`,
  ]
  if (mail.attachment)
    parts.push(
      `Content-Type: ${mail.attachment.type}; name="${mail.attachment.name}"\r\nContent-Disposition: attachment; filename="${mail.attachment.name}"\r\n` +
        `Content-Transfer-Encoding: base64\r\n\r\n${lines(Buffer.alloc(mail.attachment.bytes, '%'))}`,
    )
  const boundary = 'picture-part'
  return Buffer.from(
    [
      `From: ${word(mail.from[0])} <${mail.from[1]}>`,
      `To: ${to}`,
      `Subject: ${word(mail.subject)}`,
      `Date: ${sentAt.toUTCString()}`,
      `Message-ID: <${sentAt.getTime()}@${mail.from[1].split('@')[1]}>`,
      'MIME-Version: 1.0',
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      '',
      ...parts.map((part) => `--${boundary}\r\n${part}`),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  )
}

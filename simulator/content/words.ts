import type { Random } from './random.ts'

/** Raw material of the generated mails: words, names and sentences in several scripts. */

const words: readonly [string, ...string[]] = [
  'account', 'agenda', 'agreement', 'approval', 'audit', 'backlog', 'budget', 'calendar', 'campaign', 'capacity',
  'catalogue', 'change', 'checklist', 'colleague', 'comment', 'contract', 'customer', 'deadline', 'decision', 'delivery',
  'department', 'design', 'document', 'draft', 'estimate', 'event', 'expense', 'feature', 'feedback', 'figure',
  'forecast', 'framework', 'function', 'goal', 'handover', 'incident', 'invoice', 'journey', 'keynote', 'launch',
  'ledger', 'licence', 'logistics', 'maintenance', 'margin', 'meeting', 'milestone', 'minutes', 'model', 'negotiation',
  'network', 'notice', 'offer', 'office', 'order', 'outline', 'partner', 'payment', 'percentage', 'phase',
  'pipeline', 'plan', 'policy', 'portfolio', 'presentation', 'price', 'process', 'product', 'project', 'proposal',
  'quality', 'quarter', 'question', 'quotation', 'receipt', 'release', 'report', 'request', 'review', 'revision',
  'risk', 'roadmap', 'sample', 'schedule', 'scope', 'service', 'shipment', 'signature', 'slide', 'specification',
  'sprint', 'stakeholder', 'statement', 'strategy', 'summary', 'supplier', 'survey', 'target', 'team', 'template',
  'timeline', 'topic', 'training', 'travel', 'update', 'vacation', 'vendor', 'version', 'warehouse', 'workshop',
] // biome-ignore format: a list
const joints: readonly [string, ...string[]] = [
  'and',
  'for',
  'about',
  'with',
  'before',
  'after',
  'of',
  'without',
]
const firstNames: readonly [string, ...string[]] = [
  'Aiko', 'Zoë', 'Björn', 'Carmen', 'Dmitri', 'Éloïse', 'Farid', 'Grace', 'Håkon', 'Ingrid', 'José', 'Katarzyna',
] // biome-ignore format: a list
const lastNames: readonly [string, ...string[]] = [
  'Albrecht', 'Brontë', 'Çelik', 'Dubois', "O'Brien", 'García', 'Horváth', 'Ivanova', 'Jansen', 'Łukasik', 'Müller', 'Nguyễn',
] // biome-ignore format: a list
const domains: readonly [string, ...string[]] = [
  'example.net',
  'partner.example',
  'supplier.example',
  'mail.example.org',
]

/** A sentence in another script with a charset in which such mails are still sent. */
export type ForeignText = { readonly charset: string; readonly sentence: string }

export const foreignTexts: readonly [ForeignText, ...ForeignText[]] = [
  { charset: 'iso-8859-1', sentence: 'Die Rechnung für das Büro in Köln ist größer als erwartet.' },
  { charset: 'windows-1252', sentence: 'Le déjeuner d’équipe est reporté à mardi – 12 € par personne.' },
  { charset: 'iso-8859-15', sentence: 'Ça coûte 45 € et l’œuvre arrive après Noël.'.replaceAll('’', "'") },
  { charset: 'koi8-r', sentence: 'Договор подписан, отправьте копию в бухгалтерию.' },
  { charset: 'windows-1251', sentence: 'Собрание перенесено на следующий понедельник.' },
  { charset: 'iso-8859-7', sentence: 'Η αναφορά είναι έτοιμη για έλεγχο.' },
  { charset: 'windows-1255', sentence: 'הפגישה נדחתה ליום רביעי.' },
  { charset: 'shift_jis', sentence: '会議の資料を添付しますのでご確認ください。' },
  { charset: 'euc-jp', sentence: '来週の予定を教えてください。' },
  { charset: 'gb18030', sentence: '请查收附件中的季度报告。' },
  { charset: 'big5', sentence: '請於週五前回覆此郵件。' },
  { charset: 'euc-kr', sentence: '회의 자료를 첨부했습니다.' },
  {
    charset: 'utf-8',
    sentence: 'Mixed: e\u0301 versus é, 👩‍👩‍👧‍👦, שלום, مرحبا, ﬁ ligature, \u200bzero width.',
  },
]

export const phrase = (random: Random, count: number): string =>
  Array.from({ length: count }, (_, index) => random.pick(index % 3 === 2 ? joints : words)).join(' ')

export const sentence = (random: Random): string => {
  const text = phrase(random, random.integer(6, 14))
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

export const paragraph = (random: Random): string =>
  Array.from({ length: random.integer(2, 5) }, () => sentence(random)).join(' ')

/** Somebody outside the tenant. */
export const stranger = (random: Random): { readonly name: string; readonly address: string } => {
  const first = random.pick(firstNames)
  const last = random.pick(lastNames)
  const local = `${first}.${last}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase()
  return { name: `${first} ${last}`, address: `${local}@${random.pick(domains)}` }
}

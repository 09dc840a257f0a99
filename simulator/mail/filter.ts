import { GraphError } from '../graph/errors.ts'
import { propertyKey, propertyValue } from './extended-properties.ts'
import { badQuery } from './failures.ts'
import type { MailContent, Message } from './mailbox.ts'
import { splitOutside } from './query.ts'

/** `$filter` of messages: clauses joined by `and`, of the kinds that mail programs use. */

/** Content is a function because most clauses can do without it, and it may have to be parsed. */
export type Clause = (message: Message, content: () => Promise<MailContent>) => boolean | Promise<boolean>

const unquote = (text: string): string => text.slice(1, -1).replaceAll("''", "'")

const compare = (left: number, operator: string, right: number): boolean => {
  switch (operator) {
    case 'ge':
      return left >= right
    case 'gt':
      return left > right
    case 'le':
      return left <= right
    case 'lt':
      return left < right
    case 'ne':
      return left !== right
    default:
      return left === right
  }
}

const dateClause = (text: string): Clause | undefined => {
  const match =
    /^(receivedDateTime|sentDateTime|createdDateTime|lastModifiedDateTime) (ge|gt|le|lt|eq|ne) '?([0-9T:.Z+-]+)'?$/.exec(
      text,
    )
  if (!match) return undefined
  const [, name = '', operator = '', literal = ''] = match
  const limit = Date.parse(literal)
  if (Number.isNaN(limit) || !/[Zz]|[+-]\d\d:\d\d$|^\d{4}-\d\d-\d\d$/.test(literal))
    throw badQuery(
      `The DateTimeOffset text '${literal}' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range.`,
    )
  if (name === 'receivedDateTime') return (message) => compare(message.receivedAt, operator, limit)
  if (name === 'createdDateTime') return (message) => compare(message.createdAt, operator, limit)
  if (name === 'lastModifiedDateTime') return (message) => compare(message.modifiedAt, operator, limit)
  return async (message, content) =>
    compare(message.sentAt ?? (await content()).sentAt ?? message.receivedAt, operator, limit)
}

const plainClause = (text: string): Clause | undefined => {
  const match = /^(\w+) (eq|ne) (true|false|'(?:[^']|'')*')$/.exec(text)
  if (!match) return undefined
  const [, name = '', operator = '', literal = ''] = match
  const wanted = operator === 'eq'
  const value = literal.startsWith("'") ? unquote(literal) : literal
  switch (name) {
    case 'isRead':
      return (message) => (String(message.isRead) === value) === wanted
    case 'isDraft':
      return (message) => (String(message.isDraft) === value) === wanted
    case 'importance':
      return (message) => (message.importance === value) === wanted
    case 'internetMessageId':
      return async (_, content) => ((await content()).messageId === value) === wanted
    case 'subject':
      return async (_, content) => ((await content()).subject === value) === wanted
    case 'hasAttachments':
      return async (_, content) =>
        (String((await content()).attachments.some((part) => !part.isInline)) === value) === wanted
    default:
      return undefined
  }
}

const propertyClause = (text: string): Clause | undefined => {
  const match =
    /^singleValueExtendedProperties\/any\((\w+): ?\1\/id eq ('(?:[^']|'')*') and \1\/value (eq|ne) ('(?:[^']|'')*')\)$/i.exec(
      text,
    )
  if (!match) return undefined
  const [, , id = "''", operator = 'eq', literal = "''"] = match
  const key = propertyKey(unquote(id))
  return async (message, content) =>
    (propertyValue(message, await content(), key) === unquote(literal)) === (operator === 'eq')
}

const containsClause = (text: string): Clause | undefined => {
  const match = /^(contains|startswith)\(subject, ?('(?:[^']|'')*')\)$/i.exec(text)
  if (!match?.[2]) return undefined
  const part = unquote(match[2]).toLowerCase()
  const starts = match[1]?.toLowerCase() === 'startswith'
  return async (_, content) => {
    const subject = (await content()).subject.toLowerCase()
    return starts ? subject.startsWith(part) : subject.includes(part)
  }
}

/** Throws 400 for what it does not understand, and Exchange's `InefficientFilter` for searches in the wrong order. */
export const readFilter = (text: string, orderBy: string | undefined): readonly Clause[] => {
  const parts = splitOutside(text, /^ and /i)
  const search = parts.findIndex((part) => /^contains\(/i.test(part))
  const date = parts.findIndex((part) => part.startsWith('receivedDateTime'))
  const orderField = orderBy?.split(' ')[0]
  const unordered = orderField !== undefined && !parts[0]?.includes(orderField)
  if ((search >= 0 && (orderBy !== undefined || date > search)) || unordered)
    throw new GraphError(
      400,
      'InefficientFilter',
      'The restriction or sort order is too complex for this operation.',
    )
  return parts.map((part) => {
    const clause = dateClause(part) ?? plainClause(part) ?? propertyClause(part) ?? containsClause(part)
    if (!clause)
      throw new GraphError(
        400,
        'ErrorInvalidUrlQueryFilter',
        `The query filter contains one or more invalid nodes: '${part}'.`,
      )
    return clause
  })
}

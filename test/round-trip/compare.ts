/** Two readings of a tenant, thing by thing and fact by fact, held against what was foretold. */
import type { Explanation } from './explained.ts'
import type { Thing } from './whole-tenant.ts'

/** That a fact may be another one after the restore; `value` says which, where that is known. */
export interface Foretold {
  readonly thing: Thing
  readonly fact: string
  readonly explanation: Explanation
  readonly value?: unknown
}

/** What has to become of the things that are there, written down before anything is restored. */
export function foretell(things: readonly Thing[], explanations: readonly Explanation[]): Foretold[] {
  const isEmpty = (folder: Thing) =>
    !things.some(
      (one) =>
        one.kind === 'item' &&
        one.owner === folder.owner &&
        one.workload === folder.workload &&
        folder.place.every((name, index) => one.place[index] === name),
    )
  return things.flatMap((thing) =>
    explanations
      .filter(
        ({ workload, kind = 'item', corpus, when }) =>
          workload === thing.workload &&
          (kind === 'empty folder' ? thing.kind === 'folder' && isEmpty(thing) : kind === thing.kind) &&
          (corpus === undefined || corpus === thing.corpus) &&
          (when?.(thing.facts, thing) ?? true),
      )
      .flatMap((explanation) =>
        explanation.facts.map((fact) => ({
          thing,
          fact,
          explanation,
          ...(explanation.becomes ? { value: explanation.becomes(thing.facts, fact) } : {}),
        })),
      ),
  )
}

/** The facts of which nothing was foretold, or something else; and in `used` the explanations that were needed. */
export function unexplained(
  before: readonly Thing[],
  after: readonly Thing[],
  foretold: readonly Foretold[],
  used: Set<Explanation> = new Set(),
): string[] {
  const found: string[] = []
  const known = new Map<Thing, Foretold[]>()
  for (const one of foretold) known.set(one.thing, [...(known.get(one.thing) ?? []), one])
  const differs = (thing: Thing, fact: string, now: unknown) => {
    const one = known.get(thing)?.find((other) => other.fact === fact)
    if (one) used.add(one.explanation)
    if (one && (!('value' in one) || canonical(one.value) === canonical(now))) return
    const [was, is] = [thing.facts[fact], now].map((value) => (canonical(value) ?? '').slice(0, 400))
    found.push(`${nameOf(thing)}: ${fact} was ${was}, is ${is}`)
  }
  const left = new Map<string, Thing[]>()
  for (const thing of sorted(after)) left.set(nameOf(thing), [...(left.get(nameOf(thing)) ?? []), thing])
  for (const thing of sorted(before)) {
    const match = left.get(nameOf(thing))?.shift()
    if (match === undefined) differs(thing, 'presence', null)
    else
      for (const fact of new Set([...Object.keys(thing.facts), ...Object.keys(match.facts)]))
        if (canonical(thing.facts[fact]) !== canonical(match.facts[fact]))
          differs(thing, fact, match.facts[fact])
  }
  for (const thing of [...left.values()].flat()) found.push(`${nameOf(thing)} was not there before`)
  return found
}

const nameOf = ({ workload, kind, owner, place }: Thing) =>
  `${workload} ${kind} of ${owner} ${JSON.stringify(place)}`

/** Things of one name in an order that ids and dates of changes have no part in. */
function sorted(things: readonly Thing[]): Thing[] {
  const order = (thing: Thing) =>
    canonical(
      [
        'receivedDateTime',
        'internetMessageId',
        'start',
        'emailAddresses',
        'birthday',
        'personalNotes',
        'attachments',
      ].map((name) => thing.facts[name]),
    )
  return things
    .map((thing) => ({ thing, order: order(thing) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ thing }) => thing)
}

/** Order of keys and kind of line breaks carry no meaning. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (typeof inner === 'string') return inner.replaceAll(/\r\n?/g, '\n').trimEnd()
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner))
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
    return inner
  })
}

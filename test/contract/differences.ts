/** Differences between what the tenant says that it holds and what was restored, item for item. */
import { isDeepStrictEqual } from 'node:util'
import type { Workload } from './contract-lab.ts'
import type { Fields, State } from './tenant-state.ts'

export function differences(tenant: State, restored: State, workload: Workload): string[] {
  const found: string[] = []
  for (const folder of tenant.folders) if (!restored.folders.has(folder)) found.push(`no folder ${folder}`)
  for (const folder of restored.folders)
    if (!tenant.folders.has(folder)) found.push(`the folder ${folder} is not in the tenant`)
  for (const [id, { place, facts }] of tenant.items) {
    const item = restored.items.get(id)
    const name = JSON.stringify(place)
    if (item === undefined) found.push(`${name} ${id} is missing`)
    else {
      if (!isDeepStrictEqual(item.place, place)) found.push(`${name} is at ${JSON.stringify(item.place)}`)
      const own = workload === 'mail' || workload === 'drive' ? ofFacts : ofOutlook
      found.push(...own(facts, item.facts).map((text) => `${name}: ${text}`))
    }
  }
  for (const [id, { place }] of restored.items)
    if (!tenant.items.has(id)) found.push(`${JSON.stringify(place)} ${id} is not in the tenant`)
  return found
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300)

/** Every fact of the tenant, the same. */
function ofFacts(tenant: Fields, restored: Fields): string[] {
  return Object.entries(tenant).flatMap(([name, value]) =>
    isDeepStrictEqual(value, restored[name])
      ? []
      : [`${name} is ${shown(value)}, restored ${shown(restored[name])}`],
  )
}

const sorted = (list: unknown): readonly unknown[] =>
  (list as readonly unknown[]).map((one) => JSON.stringify(one)).sort()
const namesAndBytes = (list: unknown) =>
  sorted((list as { name: string; sha256: string }[]).map(({ name, sha256 }) => ({ name, sha256 })))

function ofOutlook(tenant: Fields, restored: Fields): string[] {
  const exceptions = tenant['exceptions'] as { date: string; fields: Fields; attachments: unknown }[]
  const found = restored['exceptions'] as { date: string; fields: Fields; attachments: unknown }[]
  const rest = (facts: Fields) => ({
    attachments: namesAndBytes(facts['attachments']),
    children: sorted(facts['children']),
    cancelled: facts['cancelled'],
    photo: facts['photo'],
  })
  return [
    ...ofFacts(tenant['fields'] as Fields, restored['fields'] as Fields),
    ...ofFacts(rest(tenant), rest(restored)),
    ...(isDeepStrictEqual(
      exceptions.map(({ date }) => date),
      found.map(({ date }) => date),
    )
      ? exceptions.flatMap(({ date, fields, attachments }, index) => [
          ...ofFacts(fields, found[index]?.fields ?? {}).map((text) => `on ${date} ${text}`),
          ...ofFacts(
            { attachments: namesAndBytes(attachments) },
            { attachments: namesAndBytes(found[index]?.attachments ?? []) },
          ).map((text) => `on ${date} ${text}`),
        ])
      : [`exceptions are ${shown(exceptions)}, restored ${shown(found.map(({ date }) => date))}`]),
  ]
}

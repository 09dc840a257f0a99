/**
 * Which mails of a list are selected, as mail programs do it: a click chooses one, Ctrl adds, Shift extends from the anchor.
 * `active` is the row that the keyboard is on, -1 before the first.
 */
export interface MailSelection {
  readonly ids: ReadonlySet<string>
  readonly anchor: number
  readonly active: number
}

export const nothingSelected: MailSelection = { ids: new Set(), anchor: -1, active: -1 }

const idsBetween = (ids: readonly string[], from: number, to: number): string[] =>
  ids.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)

/** Moves to a row without selecting it. */
export const moveTo = (selection: MailSelection, index: number): MailSelection => ({
  ...selection,
  anchor: index,
  active: index,
})

/** Adds a row to the selection, or takes it out. */
export function toggle(selection: MailSelection, ids: readonly string[], index: number): MailSelection {
  const id = ids[index]
  if (id === undefined) return selection
  const next = new Set(selection.ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: index, active: index }
}

/** Selects everything between the anchor and a row, and nothing else. */
export function extendTo(selection: MailSelection, ids: readonly string[], index: number): MailSelection {
  const anchor = selection.anchor < 0 ? Math.max(selection.active, 0) : selection.anchor
  return { ids: new Set(idsBetween(ids, anchor, index)), anchor, active: index }
}

/** Selects all rows that are loaded. */
export const selectAll = (selection: MailSelection, ids: readonly string[]): MailSelection => ({
  ...selection,
  ids: new Set(ids),
})

/** Which rows of a table are selected, and the column of checkboxes that selects them. */
import { Checkbox, makeStyles, TableCell, TableHeaderCell } from '@fluentui/react-components'
import { useState } from 'react'

export interface RowSelection {
  readonly ids: ReadonlySet<string>
  readonly isAll: boolean
  readonly toggle: (id: string) => void
  /** Selects every row, or none where all are. */
  readonly toggleAll: () => void
  readonly clear: () => void
}

const useStyles = makeStyles({ check: { width: '36px' } })

/** Of the rows that are loaded; nothing is selected at first. */
export function useRowSelection(rows: readonly { readonly id: string }[]): RowSelection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const isAll = rows.length > 0 && rows.every(({ id }) => ids.has(id))
  return {
    ids,
    isAll,
    toggle(id) {
      const next = new Set(ids)
      if (!next.delete(id)) next.add(id)
      setIds(next)
    },
    toggleAll: () => setIds(isAll ? new Set() : new Set(rows.map(({ id }) => id))),
    clear: () => setIds(new Set()),
  }
}

export function SelectAllCell({ selection, label }: { selection: RowSelection; label: string }) {
  const styles = useStyles()
  return (
    <TableHeaderCell className={styles.check}>
      <Checkbox
        aria-label={label}
        checked={selection.isAll ? true : selection.ids.size > 0 ? 'mixed' : false}
        onChange={selection.toggleAll}
      />
    </TableHeaderCell>
  )
}

export function SelectCell(props: { selection: RowSelection; id: string; label: string }) {
  const { selection, id, label } = props
  const styles = useStyles()
  return (
    <TableCell className={styles.check}>
      <Checkbox aria-label={label} checked={selection.ids.has(id)} onChange={() => selection.toggle(id)} />
    </TableCell>
  )
}

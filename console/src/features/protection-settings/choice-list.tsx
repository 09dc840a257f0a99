import { Checkbox, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Page } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'

const useStyles = makeStyles({
  search: { width: '100%', maxWidth: 'none' },
  list: {
    maxHeight: '280px',
    overflowY: 'auto',
    margin: 0,
    padding: '4px 8px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    minWidth: 0,
  },
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: '0 8px',
    minWidth: 0,
  },
  label: { overflowWrap: 'anywhere' },
})

/** A long list to choose from: search, boxes, how many are chosen. */
export function ChoiceList<Row extends { readonly id: string }>(props: {
  name: string
  searchName: string
  search: string
  onSearch: (text: string) => void
  query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  labelOf: (row: Row) => string
  noneText: string
  /** Beside a row. */
  extra?: (row: Row) => ReactNode
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const { query, chosen, onChange } = props
  const rows = rowsOf(query.data)
  return (
    <div className={page.column}>
      <SearchBox
        className={styles.search}
        value={props.search}
        aria-label={props.searchName}
        placeholder={props.searchName}
        onChange={(_, { value }) => props.onSearch(value)}
        dismiss={{ 'aria-label': t('protectionSettings.clearSearch') }}
      />
      <p className={page.small} style={{ margin: 0 }} role="status">
        {t('protectionSettings.chosen', { count: chosen.length })}
      </p>
      <ProblemBar error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Rows count={3} height={24} />}
      {query.isSuccess && rows.length === 0 && <p className={page.small}>{props.noneText}</p>}
      {rows.length > 0 && (
        <fieldset className={styles.list} aria-label={props.name}>
          {rows.map((row) => (
            <div key={row.id} className={styles.row}>
              <Checkbox
                className={styles.label}
                checked={chosen.includes(row.id)}
                label={props.labelOf(row)}
                onChange={(_, { checked }) =>
                  onChange(checked === true ? [...chosen, row.id] : chosen.filter((one) => one !== row.id))
                }
              />
              {props.extra?.(row)}
            </div>
          ))}
          <LoadMore query={query} />
        </fieldset>
      )}
    </div>
  )
}

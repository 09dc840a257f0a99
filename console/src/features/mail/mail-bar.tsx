import { Dropdown, Field, makeStyles, Option, SearchBox } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { formatTime } from '../../format/format.ts'
import { restorePointsQuery } from './mail.ts'

interface MailBarProps {
  organizationId: string
  query: string
  at: number | undefined
  /** Where mails are not what is searched. */
  texts?: { label: string; placeholder: string }
  onQuery: (query: string) => void
  onAt: (sequence: number | undefined) => void
}

const typingPause = 400

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '12px', alignItems: 'flex-end' },
  search: { flex: '1 1 280px' },
  box: { maxWidth: 'none', width: '100%' },
})

/** Search over the organization, and the restore point that is looked at. */
export function MailBar({ organizationId, query, at, texts, onQuery, onAt }: MailBarProps) {
  const { t } = useTranslation()
  const styles = useStyles()
  const [text, setText] = useState(query)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setText(query), [query])
  useEffect(() => () => clearTimeout(timer.current), [])

  function search(next: string, pause: number) {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (next.trim() !== query) onQuery(next.trim())
    }, pause)
  }
  return (
    <search className={styles.bar}>
      <div className={styles.search}>
        <SearchBox
          className={styles.box}
          aria-label={texts?.label ?? t('mail.search')}
          value={text}
          placeholder={texts?.placeholder ?? t('mail.searchPlaceholder')}
          onChange={(_, data) => search(data.value, data.value === '' ? 0 : typingPause)}
          onKeyDown={(event) => event.key === 'Enter' && search(text, 0)}
          dismiss={{ 'aria-label': t('mail.clearSearch') }}
        />
      </div>
      <RestorePointField organizationId={organizationId} at={at} onAt={onAt} />
    </search>
  )
}

const newest = 'newest'

const usePointStyles = makeStyles({
  point: {
    flex: '0 1 340px',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    columnGap: '10px',
    '@media (max-width: 640px)': { flex: '1 1 100%' },
  },
})

/** Which restore point is looked at. */
export function RestorePointField({
  organizationId,
  at,
  onAt,
}: Pick<MailBarProps, 'organizationId' | 'at' | 'onAt'>) {
  const { t } = useTranslation()
  const styles = usePointStyles()
  const points = rowsOf(useInfiniteQuery(restorePointsQuery(organizationId)).data)
  const label = (sequence: number | undefined) => {
    const point = points.find((run) => run.sequence === sequence)
    return point
      ? `${formatTime(point.finishedAt)} (${t('run.number', { sequence: point.sequence })})`
      : t('mail.newest')
  }
  return (
    <Field label={t('mail.restorePoint')} orientation="horizontal" className={styles.point}>
      <Dropdown
        style={{ minWidth: 0 }}
        value={label(at)}
        selectedOptions={[at === undefined ? newest : String(at)]}
        onOptionSelect={(_, { optionValue }) =>
          onAt(optionValue === newest ? undefined : Number(optionValue))
        }
      >
        <Option value={newest}>{t('mail.newest')}</Option>
        {points.map((point) => (
          <Option key={point.id} value={String(point.sequence)} text={label(point.sequence)}>
            {label(point.sequence)}
          </Option>
        ))}
      </Dropdown>
    </Field>
  )
}

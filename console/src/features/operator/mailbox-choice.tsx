import { Checkbox, makeStyles, SearchBox, Select, tokens } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ResourceWorkload } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { mailboxesQuery } from '../mail/mail.ts'

const useStyles = makeStyles({
  place: { paddingInlineStart: '28px', paddingBottom: '8px', minWidth: 0 },
  kind: { marginBottom: '4px' },
  search: { width: '100%', maxWidth: 'none' },
  list: {
    maxHeight: '180px',
    overflowY: 'auto',
    margin: '4px 0 0',
    padding: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    minWidth: 0,
  },
})

/** Whatever the server limits an operator to: a user's mailbox, calendars and so on are chosen one by one. */
const workloads: readonly ResourceWorkload[] = ['mail', 'calendar', 'contacts', 'todo', 'drive']

/** All mailboxes of an organization (`null`), or those that are chosen. */
export function MailboxChoice(props: {
  organizationId: string
  organizationName: string
  chosen: readonly string[] | null
  onChange: (chosen: string[] | null) => void
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  return (
    <div className={styles.place}>
      <Checkbox
        checked={props.chosen !== null}
        label={t('operator.onlyMailboxes', { name: props.organizationName })}
        onChange={(_, { checked }) => props.onChange(checked === true ? [] : null)}
      />
      {props.chosen !== null && <Mailboxes {...props} chosen={props.chosen} />}
    </div>
  )
}

function Mailboxes(props: {
  organizationId: string
  organizationName: string
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const [text, setText] = useState('')
  const [workload, setWorkload] = useState<ResourceWorkload>('mail')
  const search = useDeferredValue(text.trim())
  const mailboxes = useInfiniteQuery({
    ...mailboxesQuery(props.organizationId, search, workload),
    placeholderData: (previous) => previous,
  })
  const rows = rowsOf(mailboxes.data)
  return (
    <>
      <Select
        size="small"
        className={styles.kind}
        aria-label={t('operator.kindOf', { name: props.organizationName })}
        value={workload}
        onChange={(_, { value }) => setWorkload(workloads.find((one) => one === value) ?? 'mail')}
      >
        {workloads.map((one) => (
          <option key={one} value={one}>
            {t(`operator.reachKinds.${one}`)}
          </option>
        ))}
      </Select>
      <SearchBox
        className={styles.search}
        size="small"
        value={text}
        aria-label={t('operator.findMailbox', { name: props.organizationName })}
        placeholder={t('operator.find')}
        onChange={(_, { value }) => setText(value)}
        dismiss={{ 'aria-label': t('mail.clearSearch') }}
      />
      <p className={page.small} style={{ margin: '4px 0 0' }} role="status">
        {t('operator.mailboxesChosen', { count: props.chosen.length })}
      </p>
      <ProblemBar error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />
      {mailboxes.isPending && <Rows count={2} height={24} />}
      {mailboxes.isSuccess && rows.length === 0 && (
        <p className={page.small}>{t(search ? 'operator.noneMatches' : 'operator.noneYet')}</p>
      )}
      {rows.length > 0 && (
        <fieldset
          className={styles.list}
          aria-label={t('operator.mailboxesOf', { name: props.organizationName })}
        >
          {rows.map(({ id, displayName, userPrincipalName }) => (
            <div key={id}>
              <Checkbox
                checked={props.chosen.includes(id)}
                label={displayName ? `${displayName} (${userPrincipalName})` : userPrincipalName}
                onChange={(_, { checked }) =>
                  props.onChange(
                    checked === true ? [...props.chosen, id] : props.chosen.filter((one) => one !== id),
                  )
                }
              />
            </div>
          ))}
          <LoadMore query={mailboxes} />
        </fieldset>
      )}
    </>
  )
}

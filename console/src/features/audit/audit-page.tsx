import {
  Button,
  Field,
  Input,
  Link,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Select,
} from '@fluentui/react-components'
import { ArrowDownloadRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  AuditEntryView,
  AuditOutcome,
  AuditVerification,
  OperatorDetail,
} from '../../../../src/contract/index.ts'
import { api, apiAddress, type Query } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery, rowsOf } from '../../api/pages.ts'
import { BusyMark, LoadMore, PageTitle, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { operatorsQuery } from '../operator/operator.ts'
import { organizationsQuery } from '../organization/organization.ts'
import { AuditTable } from './audit-table.tsx'

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gap: '12px',
    gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))',
  },
})

interface Filter {
  readonly from: string
  readonly to: string
  readonly operator: string
  readonly organization: string
  readonly outcome: AuditOutcome | ''
}
const nothing: Filter = { from: '', to: '', operator: '', organization: '', outcome: '' }
const outcomes: readonly AuditOutcome[] = ['done', 'refused', 'failed']

/** Days are those of the person who looks. */
function queryOf({ from, to, operator, organization, outcome }: Filter): Query {
  const end = to === '' ? null : new Date(`${to}T00:00`)
  end?.setDate(end.getDate() + 1)
  return {
    from: from === '' ? undefined : new Date(`${from}T00:00`).toISOString(),
    to: end?.toISOString(),
    operator: operator || undefined,
    organization: organization || undefined,
    outcome: outcome || undefined,
  }
}

/** Who did what: filter, export, proof. */
export function AuditPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [filter, setFilter] = useState(nothing)
  const query = queryOf(filter)
  const entries = useInfiniteQuery({
    ...pagedQuery<AuditEntryView>([...keys.audit, query], '/audit-entries', query),
    staleTime: 0,
  })
  const verify = useMutation({
    mutationFn: () => api.post<AuditVerification>('/audit-entries/verify'),
  })
  const rows = rowsOf(entries.data)
  return (
    <div className={page.page}>
      <PageTitle title={t('audit.title')}>
        <Link href={apiAddress('/audit-entries/export', query)} download>
          <span className={page.row}>
            <ArrowDownloadRegular aria-hidden />
            {t('audit.export')}
          </span>
        </Link>
        <Button
          icon={verify.isPending ? <BusyMark /> : <ShieldCheckmarkRegular />}
          disabledFocusable={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {verify.isPending ? t('audit.verifying') : t('audit.verify')}
        </Button>
      </PageTitle>
      <p className={page.lead}>{t('audit.lead')}</p>
      <ProblemBar error={verify.error} />
      {verify.data && <Verified found={verify.data} />}
      <Filters filter={filter} onChange={setFilter} />
      <section className={page.card} aria-label={t('audit.list')}>
        <ProblemBar error={entries.error} onRetry={() => void entries.refetch()} />
        {entries.isPending && <Rows count={6} height={28} />}
        {entries.isSuccess && rows.length === 0 && <p className={page.lead}>{t('audit.none')}</p>}
        {rows.length > 0 && <AuditTable rows={rows} />}
        <LoadMore query={entries} />
      </section>
    </div>
  )
}

function Verified({ found: { entries, problem } }: { found: AuditVerification }) {
  const { t } = useTranslation()
  return (
    <MessageBar intent={problem ? 'error' : 'success'} layout="multiline">
      <MessageBarBody>
        {problem
          ? t('audit.broken', { sequence: problem.sequence, kind: t(`audit.kinds.${problem.kind}`) })
          : t('audit.sound', { count: entries })}
      </MessageBarBody>
    </MessageBar>
  )
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const operators: OperatorDetail[] = rowsOf(useInfiniteQuery(operatorsQuery('')).data)
  const organizations = rowsOf(useInfiniteQuery(organizationsQuery).data)
  return (
    <section className={page.card} aria-label={t('audit.filter')}>
      <div className={styles.filters}>
        {(['from', 'to'] as const).map((name) => (
          <Field key={name} label={t(`audit.${name}`)}>
            <Input
              type="date"
              value={filter[name]}
              onChange={(_, { value }) => onChange({ ...filter, [name]: value })}
            />
          </Field>
        ))}
        <Field label={t('audit.operator')}>
          <Select
            value={filter.operator}
            onChange={(_, { value }) => onChange({ ...filter, operator: value })}
          >
            <option value="">{t('audit.anyOperator')}</option>
            {operators.map(({ id, userName }) => (
              <option key={id} value={id}>
                {userName}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('audit.organization')}>
          <Select
            value={filter.organization}
            onChange={(_, { value }) => onChange({ ...filter, organization: value })}
          >
            <option value="">{t('audit.anyOrganization')}</option>
            {organizations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('audit.outcome')}>
          <Select
            value={filter.outcome}
            onChange={(_, { value }) =>
              onChange({ ...filter, outcome: outcomes.find((one) => one === value) ?? '' })
            }
          >
            <option value="">{t('audit.anyOutcome')}</option>
            {outcomes.map((outcome) => (
              <option key={outcome} value={outcome}>
                {t(`audit.outcomes.${outcome}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </section>
  )
}

import {
  Field,
  Link,
  SearchBox,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { ArrowDownloadRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CoverageEntry, CoverageKind, CoverageReason } from '../../../../src/contract/index.ts'
import { apiAddress } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { pagedQuery, rowsOf } from '../../api/pages.ts'
import { EmptyState, LoadMore, ProblemBar, Rows, ScrollRegion, usePageStyles } from '../../elements/index.ts'

const route = getRouteApi('/frame/organizations/$organizationId')
const kinds: readonly CoverageKind[] = ['user', 'site', 'group', 'team', 'service', 'items']
const reasons: readonly CoverageReason[] = [
  'not-selected',
  'excluded',
  'new',
  'no-license',
  'no-rights',
  'no-api',
  'failing',
  'pending',
]

/** Everything of the tenant that is not protected, and why: filter, export. */
export function CoverageSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const [kind, setKind] = useState('')
  const [reason, setReason] = useState('')
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const query = { kind: kind || undefined, reason: reason || undefined, search: search || undefined }
  const path = `/organizations/${organizationId}/coverage`
  const entries = useInfiniteQuery({
    ...pagedQuery<CoverageEntry>([...keys.coverage(organizationId), query], path, query),
    staleTime: 0,
    placeholderData: (previous) => previous,
  })
  const rows = rowsOf(entries.data)
  return (
    <>
      <div className={page.between}>
        <p className={page.lead}>{t('coverage.lead')}</p>
        <span className={page.row}>
          {(['csv', 'json'] as const).map((format) => (
            <Link key={format} href={apiAddress(`${path}/export`, { ...query, format })} download>
              <span className={page.row}>
                <ArrowDownloadRegular aria-hidden />
                {t('coverage.export', { format: format.toUpperCase() })}
              </span>
            </Link>
          ))}
        </span>
      </div>
      <section className={page.row} aria-label={t('coverage.filter')}>
        <Field label={t('coverage.reason')}>
          <Select value={reason} onChange={(_, { value }) => setReason(value)}>
            <option value="">{t('coverage.any')}</option>
            {reasons.map((one) => (
              <option key={one} value={one}>
                {t(`coverage.reasons.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('coverage.kind')}>
          <Select value={kind} onChange={(_, { value }) => setKind(value)}>
            <option value="">{t('coverage.any')}</option>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {t(`coverage.kinds.${one}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('coverage.search')}>
          <SearchBox
            value={text}
            onChange={(_, { value }) => setText(value)}
            dismiss={{ 'aria-label': t('protectionSettings.clearSearch') }}
          />
        </Field>
      </section>
      <section className={page.card} aria-labelledby="not-protected">
        <h2 id="not-protected" className={page.heading}>
          {t('coverage.heading')}
        </h2>
        <ProblemBar error={entries.error} onRetry={() => void entries.refetch()} />
        {entries.isPending && <Rows count={6} height={28} />}
        {entries.isSuccess && rows.length === 0 && (
          <EmptyState
            level={3}
            icon={<ShieldCheckmarkRegular />}
            title={t('coverage.none')}
            text={t('coverage.noneText')}
          />
        )}
        {rows.length > 0 && (
          <ScrollRegion name={t('coverage.heading')}>
            <Table size="small" aria-labelledby="not-protected" style={{ minWidth: 640 }}>
              <TableHeader>
                <TableRow>
                  <TableHeaderCell style={{ width: '40%' }}>{t('coverage.what')}</TableHeaderCell>
                  <TableHeaderCell>{t('coverage.kind')}</TableHeaderCell>
                  <TableHeaderCell>{t('coverage.data')}</TableHeaderCell>
                  <TableHeaderCell style={{ width: '30%' }}>{t('coverage.reason')}</TableHeaderCell>
                </TableRow>
              </TableHeader>
              <TableBody>
                {rows.map((row) => (
                  <TableRow key={`${row.kind} ${row.id} ${row.workload} ${row.reason}`}>
                    <TableCell style={{ padding: '6px 8px', overflowWrap: 'anywhere' }}>
                      <div>{row.name}</div>
                      {row.address !== '' && <div className={page.small}>{row.address}</div>}
                    </TableCell>
                    <TableCell>{t(`coverage.kinds.${row.kind}`)}</TableCell>
                    <TableCell>
                      {t(`coverage.workloads.${row.workload}` as 'coverage.workloads.mail', {
                        defaultValue: row.workload,
                      })}
                    </TableCell>
                    <TableCell style={{ padding: '6px 8px' }}>
                      <div>{t(`coverage.reasons.${row.reason}`)}</div>
                      {row.detail !== '' && <div className={page.small}>{row.detail}</div>}
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </ScrollRegion>
        )}
        <LoadMore query={entries} />
      </section>
    </>
  )
}

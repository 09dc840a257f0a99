import {
  Badge,
  Button,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditEntryView } from '../../../../src/contract/index.ts'
import { ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'

const colors = { done: 'success', refused: 'warning', failed: 'danger' } as const

/** The words of an operation id: 'Start onboarding' of `startOnboarding`. */
const inWords = (action: string) =>
  action
    .replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
    .replace(/^./, (first) => first.toUpperCase())

/** Entries, each with its details on demand. */
export function AuditTable({ rows }: { rows: readonly AuditEntryView[] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [open, setOpen] = useState<number | null>(null)
  const name = ({ actor }: AuditEntryView) =>
    actor.name || t(actor.kind === 'customer' ? 'audit.customer' : 'audit.nobody')
  return (
    <ScrollRegion name={t('audit.list')}>
      <Table size="small" aria-label={t('audit.list')} style={{ minWidth: 860 }}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell style={{ width: 76 }}>{t('audit.number')}</TableHeaderCell>
            <TableHeaderCell style={{ width: 190 }}>{t('audit.time')}</TableHeaderCell>
            <TableHeaderCell>{t('audit.who')}</TableHeaderCell>
            <TableHeaderCell style={{ width: '24%' }}>{t('audit.action')}</TableHeaderCell>
            <TableHeaderCell>{t('audit.outcome')}</TableHeaderCell>
            <TableHeaderCell>{t('audit.address')}</TableHeaderCell>
            <TableHeaderCell style={{ width: 72 }}>{t('audit.details')}</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((entry) => {
            const shown = open === entry.sequence
            return (
              <Fragment key={entry.sequence}>
                <TableRow>
                  <TableCell>{entry.sequence}</TableCell>
                  <TableCell>{formatTime(entry.at)}</TableCell>
                  <TableCell>{name(entry)}</TableCell>
                  <TableCell title={entry.action}>{inWords(entry.action)}</TableCell>
                  <TableCell>
                    <Badge appearance="tint" color={colors[entry.outcome]}>
                      {t(`audit.outcomes.${entry.outcome}`)}
                    </Badge>
                  </TableCell>
                  <TableCell className={page.mono}>{entry.address}</TableCell>
                  <TableCell>
                    <Button
                      size="small"
                      appearance="subtle"
                      aria-expanded={shown}
                      aria-label={t(shown ? 'audit.hideDetails' : 'audit.showDetails', {
                        sequence: entry.sequence,
                      })}
                      icon={shown ? <ChevronDownRegular /> : <ChevronRightRegular />}
                      onClick={() => setOpen(shown ? null : entry.sequence)}
                    />
                  </TableCell>
                </TableRow>
                {shown && (
                  <TableRow>
                    <TableCell colSpan={7}>
                      <pre className={page.mono} style={{ margin: '8px 0', whiteSpace: 'pre-wrap' }}>
                        {JSON.stringify(
                          {
                            action: entry.action,
                            organizationId: entry.organizationId,
                            status: entry.status,
                            ...Object(entry.details),
                          },
                          null,
                          2,
                        )}
                      </pre>
                    </TableCell>
                  </TableRow>
                )}
              </Fragment>
            )
          })}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

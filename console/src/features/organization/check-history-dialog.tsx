import {
  Badge,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { HistoryRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { checksQuery } from './organization.ts'

const useStyles = makeStyles({
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    paddingBottom: '10px',
    ':not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
})

const colors = { good: 'success', drift: 'warning', unfinished: 'informative' } as const

/** The checks that were made, newest first. */
export function CheckHistoryDialog({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement>
        <Button icon={<HistoryRegular />}>{t('manage.history')}</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('manage.history')}</DialogTitle>
          <DialogContent>
            <History organizationId={organizationId} />
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t('common.close')}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function History({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const checks = useInfiniteQuery({ ...checksQuery(organizationId), staleTime: 0 })
  const rows = rowsOf(checks.data)
  return (
    <div className={page.dialog}>
      <ProblemBar error={checks.error} onRetry={() => void checks.refetch()} />
      {checks.isPending && <Rows count={4} />}
      {checks.isSuccess && rows.length === 0 && <p className={page.lead}>{t('manage.historyEmpty')}</p>}
      <ul className={page.list}>
        {rows.map((check) => (
          <li key={check.id} className={styles.item}>
            <span className={page.between}>
              <span>
                {formatTime(check.checkedAt)}
                <span className={page.small} style={{ display: 'block' }}>
                  {t(`manage.triggers.${check.trigger}`)}
                </span>
              </span>
              <Badge appearance="tint" color={colors[check.outcome]}>
                {t(`manage.outcomes.${check.outcome}`)}
              </Badge>
            </span>
            {check.findings.map((finding) => (
              <span key={`${finding.kind} ${finding.subject}`} className={page.small}>
                {finding.title}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <LoadMore query={checks} />
    </div>
  )
}

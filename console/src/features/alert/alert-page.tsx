import { Button, Field, Textarea } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  announce,
  ConfirmDialog,
  Facts,
  PageTitle,
  ProblemBar,
  Rows,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { alertQuery, useAcknowledge } from './alert.ts'
import { useStateText } from './alerts-page.tsx'
import { SeverityBadge } from './severity-badge.tsx'

const route = getRouteApi('/frame/alerts/$alertId')

/** One alert: what happened, what it means, what to do. */
export function AlertPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const navigate = useNavigate()
  const { alertId } = route.useParams()
  const { data: alert, error, refetch } = useQuery(alertQuery(alertId))
  const may = useMay()
  const stateText = useStateText()
  const canRest = alert && alert.resolvedAt === null && alert.acknowledgement === null
  return (
    <div className={`${page.page} ${page.narrow}`}>
      <PageTitle title={alert?.title ?? t('alert.one')}>
        {canRest && may('alerts.acknowledge') && <Acknowledge id={alertId} />}
      </PageTitle>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!alert && !error && <Rows count={4} height={40} />}
      {alert && (
        <section className={page.card} aria-label={t('alert.one')}>
          <span className={page.row}>
            <SeverityBadge severity={alert.severity} />
            {stateText(alert)}
          </span>
          <p style={{ margin: 0, overflowWrap: 'anywhere' }}>{alert.detail}</p>
          <h2 className={page.heading}>{t('alert.meaning')}</h2>
          <p className={page.lead}>{alert.meaning}</p>
          <h2 className={page.heading}>{t('alert.remedy')}</h2>
          <p className={page.lead}>{alert.remedy}</p>
          {alert.link !== `/alerts/${alert.id}` && (
            <div>
              <Button onClick={() => void navigate({ to: alert.link })}>{t('alert.look')}</Button>
            </div>
          )}
          <Facts
            facts={[
              [t('alert.organization'), alert.organizationName ?? t('alert.server')],
              [t('alert.first'), formatTime(alert.firstAt)],
              [t('alert.last'), formatTime(alert.lastAt)],
              [t('alert.count'), alert.count],
              ...(alert.resolvedAt ? [[t('alert.ended'), formatTime(alert.resolvedAt)] as const] : []),
              ...(alert.acknowledgement
                ? ([
                    [t('alert.acknowledgedAt'), formatTime(alert.acknowledgement.at)],
                    [t('alert.reason'), alert.acknowledgement.reason],
                  ] as const)
                : []),
            ]}
          />
        </section>
      )}
    </div>
  )
}

function Acknowledge({ id }: { id: string }) {
  const { t } = useTranslation()
  const acknowledge = useAcknowledge()
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={t('alert.acknowledgeTitle')}
      text={t('alert.acknowledgeText')}
      confirm={t('alert.acknowledge')}
      trigger={<Button appearance="primary">{t('alert.acknowledge')}</Button>}
      incomplete={reason.trim() === ''}
      busy={acknowledge.isPending}
      error={acknowledge.error}
      onConfirm={() =>
        acknowledge.mutate(
          { id, reason: reason.trim() },
          { onSuccess: () => announce(t('alert.acknowledged')) },
        )
      }
      onClose={() => acknowledge.reset()}
    >
      <Field label={t('alert.reason')} required>
        <Textarea value={reason} maxLength={500} onChange={(_, { value }) => setReason(value)} />
      </Field>
    </ConfirmDialog>
  )
}

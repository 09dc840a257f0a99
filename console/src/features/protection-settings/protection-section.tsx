import { Button } from '@fluentui/react-components'
import { ArrowSyncRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { announce, BusyMark, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { organizationQuery } from '../organization/organization.ts'
import { ExclusionsCard } from './exclusions-card.tsx'
import { FilesCard } from './files-card.tsx'
import { MailboxesCard } from './mailboxes-card.tsx'
import { protectionQuery, useRefreshDirectory } from './protection-settings.ts'
import { RetentionCard } from './retention-card.tsx'
import { ScheduleCard } from './schedule-card.tsx'
import { SitesCard } from './sites-card.tsx'
import { UsersCard } from './users-card.tsx'

const route = getRouteApi('/frame/organizations/$organizationId')

/** What of the organization is backed up, when, and for how long it is kept. */
export function ProtectionSection() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const { data: settings, error, refetch } = useQuery(protectionQuery(organizationId))
  const refresh = useRefreshDirectory(organizationId)
  const mayManage = useMay()('organizations.manage') && organization?.state === 'active'
  const asked = useRef(false)
  const never = settings?.directory.refreshedAt === null
  const { mutate } = refresh
  // The lists to choose from come from the directory, which nobody has read yet.
  useEffect(() => {
    if (!never || !mayManage || asked.current) return
    asked.current = true
    mutate()
  }, [never, mayManage, mutate])
  if (error) return <ProblemBar error={error} onRetry={() => void refetch()} />
  if (!settings || !organization) return <Rows count={4} height={48} />
  const granted = [
    ...new Set([
      ...settings.workloads,
      ...organization.health.filter(({ read }) => read === 'ok').map(({ workload }) => workload),
    ]),
  ]
  const { refreshedAt } = settings.directory
  // A card begins anew when what it shows was saved, and no other does: there may be something typed in it.
  const key = (...parts: readonly unknown[]) => JSON.stringify(parts)
  return (
    <>
      <p className={page.lead}>{t('protectionSettings.lead')}</p>
      {mayManage && (
        <div className={page.row}>
          <Button
            icon={refresh.isPending ? <BusyMark /> : <ArrowSyncRegular />}
            disabledFocusable={refresh.isPending}
            onClick={() =>
              refresh.mutate(undefined, { onSuccess: () => announce(t('protectionSettings.directoryRead')) })
            }
          >
            {t('protectionSettings.refresh')}
          </Button>
          <span className={page.small}>
            {refreshedAt === null
              ? t('protectionSettings.neverRead')
              : t('protectionSettings.readAt', { time: formatTime(refreshedAt) })}
            {settings.directory.mailboxKinds === 'guessed' && ` ${t('protectionSettings.kindsGuessed')}`}
          </span>
        </div>
      )}
      <ProblemBar error={refresh.error} />
      <UsersCard
        key={key('users', settings.users, settings.workloads)}
        settings={settings}
        granted={granted}
        mayManage={mayManage}
      />
      <SitesCard key={key('sites', settings.sites)} settings={settings} mayManage={mayManage} />
      {settings.workloads.includes('mail') && (
        <MailboxesCard key={key('mailboxes', settings.mailboxes)} settings={settings} mayManage={mayManage} />
      )}
      {settings.workloads.includes('files') && (
        <FilesCard key={key('files', settings.files)} settings={settings} mayManage={mayManage} />
      )}
      <ExclusionsCard
        key={key('exclusions', settings.exclusions)}
        settings={settings}
        mayManage={mayManage}
      />
      <ScheduleCard key={key('schedule', settings.schedule)} settings={settings} mayManage={mayManage} />
      <RetentionCard key={key('retention', settings.retention)} settings={settings} mayManage={mayManage} />
    </>
  )
}

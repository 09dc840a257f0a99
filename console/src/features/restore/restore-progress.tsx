import { ProgressBar } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { usePollInterval } from '../../api/live.ts'
import { announce, Facts, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatCount } from '../../format/format.ts'
import { restoreShare } from '../run/progress.ts'
import { isRestoring, restoreQuery } from './restore.ts'
import { RestoreBadge } from './restore-badge.tsx'

/** A restore as it goes and ends. */
export function RestoreProgress({ restoreId }: { restoreId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const interval = usePollInterval(true)
  const {
    data: restore,
    error,
    refetch,
  } = useQuery({
    ...restoreQuery(restoreId),
    refetchInterval: (query) =>
      query.state.data && !isRestoring(query.state.data) ? false : interval && Math.min(interval, 4_000),
  })
  const state = restore?.state
  const said = useRef(state)
  useEffect(() => {
    if (state && said.current && said.current !== state) announce(t(`restore.states.${state}`))
    said.current = state
  }, [state, t])
  if (!restore)
    return error ? (
      <ProblemBar error={error} onRetry={() => void refetch()} />
    ) : (
      <Rows count={3} height={24} />
    )
  const { counts } = restore
  const running = isRestoring(restore)
  return (
    <div className={page.column}>
      <div className={page.row}>
        <strong>{t(running ? 'restore.running' : 'restore.done', { folder: restore.folderName })}</strong>
        <RestoreBadge state={restore.state} />
      </div>
      <ProgressBar
        thickness="large"
        value={restore.state === 'queued' ? undefined : running ? restoreShare(counts) : 1}
        color={
          restore.state === 'failed'
            ? 'error'
            : restore.state === 'partial'
              ? 'warning'
              : running
                ? 'brand'
                : 'success'
        }
        aria-label={t('restore.progress')}
      />
      <Facts
        facts={[
          ...(restore.targetDrive ? [[t('restore.targetUser'), restore.targetDrive.name] as const] : []),
          ...(restore.targetUser
            ? [[t('restore.targetUser'), restore.targetUser.userPrincipalName] as const]
            : []),
          [t('restore.restored'), formatCount(counts.restored)],
          [t('restore.alreadyThere'), formatCount(counts.alreadyThere)],
          [t('restore.failed'), formatCount(counts.failed)],
          [t('restore.total'), formatCount(counts.total)],
        ]}
      />
      <ProblemBar error={restore.error} />
    </div>
  )
}

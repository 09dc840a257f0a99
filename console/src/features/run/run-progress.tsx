import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  ProgressBar,
} from '@fluentui/react-components'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { RunView } from '../../../../src/contract/index.ts'
import { announce, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatCount, formatDuration } from '../../format/format.ts'
import { runShare } from './progress.ts'
import { isActive, useCancelRun } from './run.ts'
import { RunBadge } from './run-badge.tsx'

/** A run as it goes: share, counts, rate, time left, and the way to stop it. */
export function RunProgress({ run }: { run: RunView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const cancel = useCancelRun(run.id)
  const share = runShare(run)
  const { counts } = run
  const said = useRef(run.state)
  useEffect(() => {
    if (said.current === run.state) return
    said.current = run.state
    announce(t('run.announce', { sequence: run.sequence, state: t(`run.states.${run.state}`) }))
  }, [run.state, run.sequence, t])

  return (
    <section className={page.card} aria-label={t('run.inProgress')}>
      <div className={page.between}>
        <div className={page.row}>
          <h2 className={page.heading}>{t('run.inProgress')}</h2>
          <RunBadge state={run.state} />
        </div>
        {isActive(run) && run.state !== 'publishing' && (
          <Dialog modalType="alert">
            <DialogTrigger disableButtonEnhancement>
              <Button disabledFocusable={cancel.isPending}>{t('run.cancel')}</Button>
            </DialogTrigger>
            <DialogSurface>
              <DialogBody>
                <DialogTitle>{t('run.cancelTitle')}</DialogTitle>
                <DialogContent>{t('run.cancelText')}</DialogContent>
                <DialogActions>
                  <DialogTrigger disableButtonEnhancement>
                    <Button>{t('run.keep')}</Button>
                  </DialogTrigger>
                  <DialogTrigger disableButtonEnhancement>
                    <Button appearance="primary" onClick={() => cancel.mutate()}>
                      {t('run.cancel')}
                    </Button>
                  </DialogTrigger>
                </DialogActions>
              </DialogBody>
            </DialogSurface>
          </Dialog>
        )}
      </div>
      <ProgressBar thickness="large" value={share} aria-label={t('run.progress')} />
      {run.state === 'queued' && <p className={page.lead}>{t('run.waiting')}</p>}
      {run.state === 'publishing' && <p className={page.lead}>{t('run.publishing')}</p>}
      <ProblemBar error={cancel.error} />
      <Facts
        facts={[
          [
            t('run.mailboxes'),
            t('run.mailboxesOf', {
              done: formatCount(counts.resourcesDone),
              total: formatCount(counts.resourcesTotal),
            }),
          ],
          [
            t('run.stored'),
            run.itemsExpected
              ? t('run.mailboxesOf', {
                  done: formatCount(counts.itemsStored),
                  total: formatCount(run.itemsExpected),
                })
              : formatCount(counts.itemsStored),
          ],
          [
            t('run.rate'),
            run.itemsPerSecond === null
              ? '–'
              : t('run.rateValue', { rate: run.itemsPerSecond.toFixed(run.itemsPerSecond < 10 ? 1 : 0) }),
          ],
          [
            t('run.timeLeft'),
            run.secondsLeft === null ? t('run.estimating') : formatDuration(run.secondsLeft),
          ],
          [
            t('run.budgetUsed'),
            run.budgetUsed === null ? '–' : t('run.percent', { percent: Math.round(run.budgetUsed * 100) }),
          ],
          [t('run.read'), formatBytes(counts.bytesRead)],
          [t('run.failed'), formatCount(counts.itemsFailed)],
        ]}
      />
    </section>
  )
}

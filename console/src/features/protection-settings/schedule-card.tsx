import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProtectionView, Schedule, ScheduleRule } from '../../../../src/contract/index.ts'
import { announce, Facts, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useSaveProtection } from './protection-settings.ts'

const kinds = ['none', 'times', 'interval', 'cron'] as const
type Kind = ScheduleRule['kind']

const listOf = (text: string) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

/** `08:00-18:00, 22:00-23:00`; undefined when it cannot be read. */
function blackoutsOf(text: string): Schedule['blackouts'] | undefined {
  const parts = listOf(text).map((one) => one.split('-').map((time) => time.trim()))
  if (parts.some((part) => part.length !== 2 || !part.every(isTime))) return undefined
  return parts.map(([from = '', to = '']) => ({ from, to }))
}

/** When runs start by themselves. */
export function ScheduleCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { schedule, organizationId, nextRunAt, laterRunsAt } = settings
  const save = useSaveProtection(organizationId)
  const { rule } = schedule
  const [kind, setKind] = useState<Kind>(rule.kind)
  const [times, setTimes] = useState(rule.kind === 'times' ? rule.times.join(', ') : '01:00')
  const [minutes, setMinutes] = useState(String(rule.kind === 'interval' ? rule.minutes : 480))
  const [cron, setCron] = useState(rule.kind === 'cron' ? rule.expression : '0 1 * * *')
  const [timeZone, setTimeZone] = useState(
    settings.updatedAt === null ? Intl.DateTimeFormat().resolvedOptions().timeZone : schedule.timeZone,
  )
  const [blackout, setBlackout] = useState(
    schedule.blackouts.map(({ from, to }) => `${from}-${to}`).join(', '),
  )
  const blackouts = blackoutsOf(blackout)
  const wrongTimes = kind === 'times' && (listOf(times).length === 0 || !listOf(times).every(isTime))
  const wrongMinutes =
    kind === 'interval' && !(/^\d{2,5}$/.test(minutes) && Number(minutes) >= 15 && Number(minutes) <= 10_080)
  const invalid = wrongTimes || wrongMinutes || blackouts === undefined

  const rules: Record<Kind, () => ScheduleRule> = {
    none: () => ({ kind: 'none' }),
    times: () => ({ kind: 'times', times: [...new Set(listOf(times))] }),
    interval: () => ({ kind: 'interval', minutes: Number(minutes) }),
    cron: () => ({ kind: 'cron', expression: cron.trim() }),
  }
  const draft = { rule: rules[kind](), timeZone: timeZone.trim(), blackouts: blackouts ?? [] }
  const changed = JSON.stringify(draft) !== JSON.stringify(schedule)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || invalid || save.isPending) return
    save.mutate({ schedule: draft }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="schedule">
      <h2 id="schedule" className={page.heading}>
        {t('protectionSettings.scheduleHeading')}
      </h2>
      <Facts
        wide
        facts={[
          [
            t('protectionSettings.nextRun'),
            nextRunAt === null ? t('protectionSettings.byHand') : formatTime(nextRunAt),
          ],
          ...(laterRunsAt.length > 0
            ? [
                [
                  t('protectionSettings.laterRuns'),
                  laterRunsAt.slice(0, 3).map(formatTime).join(' · '),
                ] as const,
              ]
            : []),
        ]}
      />
      <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit}>
        <ProblemBar error={save.error} />
        <Field label={t('protectionSettings.rule')}>
          <RadioGroup
            value={kind}
            disabled={!mayManage}
            onChange={(_, { value }) => setKind(kinds.find((one) => one === value) ?? 'none')}
          >
            {kinds.map((one) => (
              <Radio key={one} value={one} label={t(`protectionSettings.rules.${one}`)} />
            ))}
          </RadioGroup>
        </Field>
        {kind === 'times' && (
          <Field
            label={t('protectionSettings.times')}
            hint={t('protectionSettings.timesHint')}
            {...(wrongTimes && { validationMessage: t('protectionSettings.timesWrong') })}
          >
            <Input value={times} disabled={!mayManage} onChange={(_, { value }) => setTimes(value)} />
          </Field>
        )}
        {kind === 'interval' && (
          <Field
            label={t('protectionSettings.minutes')}
            hint={t('protectionSettings.minutesHint')}
            {...(wrongMinutes && { validationMessage: t('protectionSettings.minutesWrong') })}
          >
            <Input
              value={minutes}
              inputMode="numeric"
              disabled={!mayManage}
              onChange={(_, { value }) => setMinutes(value)}
            />
          </Field>
        )}
        {kind === 'cron' && (
          <Field label={t('protectionSettings.cron')} hint={t('protectionSettings.cronHint')}>
            <Input value={cron} disabled={!mayManage} onChange={(_, { value }) => setCron(value)} />
          </Field>
        )}
        {kind !== 'none' && (
          <>
            <Field label={t('protectionSettings.timeZone')} hint={t('protectionSettings.timeZoneHint')}>
              <Input
                value={timeZone}
                list="time-zones"
                disabled={!mayManage}
                onChange={(_, { value }) => setTimeZone(value)}
              />
            </Field>
            <datalist id="time-zones">
              {Intl.supportedValuesOf('timeZone').map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
            <Field
              label={t('protectionSettings.blackout')}
              hint={t('protectionSettings.blackoutHint')}
              {...(blackouts === undefined && { validationMessage: t('protectionSettings.blackoutWrong') })}
            >
              <Input value={blackout} disabled={!mayManage} onChange={(_, { value }) => setBlackout(value)} />
            </Field>
          </>
        )}
        {mayManage && (
          <div>
            <SaveButton
              label={t('protectionSettings.saveSchedule')}
              busy={save.isPending}
              ready={changed && !invalid}
            />
          </div>
        )}
      </form>
    </section>
  )
}

import { Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  ProtectionView,
  Retention,
  RetentionPreview,
  RetentionRule,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { problemOf } from '../../api/problem.ts'
import { announce, ConfirmDialog, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatCount, formatTime } from '../../format/format.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'

const kinds = ['everything', 'versions', 'time'] as const
const units = ['days', 'weeks', 'months', 'years'] as const
type Unit = (typeof units)[number]
const mostVersions = 999
const defaultVersions = 5
const wholeNumber = /^[1-9]\d{0,3}$/

/** For how long restore points are kept. What would be deleted is shown before it is asked for. */
export function RetentionCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const client = useQueryClient()
  const { retention, organizationId, lastRetention } = settings
  const { rule } = retention
  const [kind, setKind] = useState<RetentionRule['kind']>(rule.kind)
  const [versions, setVersions] = useState(String(rule.kind === 'versions' ? rule.versions : defaultVersions))
  const [amount, setAmount] = useState(String(rule.kind === 'time' ? rule.amount : 1))
  const [unit, setUnit] = useState<Unit>(rule.kind === 'time' ? rule.unit : 'years')
  const [days, setDays] = useState(String(retention.deletedUsersDays ?? ''))
  const [asked, setAsked] = useState<RetentionPreview | null>(null)

  const wrongVersions =
    kind === 'versions' && !(wholeNumber.test(versions) && Number(versions) <= mostVersions)
  const wrongAmount = kind === 'time' && !wholeNumber.test(amount)
  const wrongDays = days.trim() !== '' && !wholeNumber.test(days.trim())
  const invalid = wrongVersions || wrongAmount || wrongDays
  const rules: Record<RetentionRule['kind'], () => RetentionRule> = {
    everything: () => ({ kind: 'everything' }),
    versions: () => ({ kind: 'versions', versions: Number(versions) }),
    time: () => ({ kind: 'time', amount: Number(amount), unit }),
  }
  const draft: Retention = {
    rule: rules[kind](),
    deletedUsersDays: days.trim() === '' ? null : Number(days),
  }
  const changed = JSON.stringify(draft) !== JSON.stringify(retention)
  const accept = (view: ProtectionView) => {
    client.setQueryData(keys.protection(organizationId), view)
    announce(t('protectionSettings.saved'))
  }
  const preview = useMutation({
    mutationFn: () => api.post<RetentionPreview>(`/organizations/${organizationId}/retention/preview`, draft),
  })
  const save = useMutation({
    mutationFn: () => api.put<ProtectionView>(`/organizations/${organizationId}/retention`, draft),
    onSuccess: accept,
    onError: (error) => {
      if (problemOf(error).code === 'ORG_RETENTION_SHORTENS')
        preview.mutate(undefined, { onSuccess: setAsked })
    },
  })
  const shortens = save.error !== null && problemOf(save.error).code === 'ORG_RETENTION_SHORTENS'
  const busy = save.isPending || preview.isPending

  function submit(event: FormEvent) {
    event.preventDefault()
    if (changed && !invalid && !busy) save.mutate()
  }
  return (
    <section className={page.card} aria-labelledby="retention">
      <h2 id="retention" className={page.heading}>
        {t('protectionSettings.retentionHeading')}
      </h2>
      <p className={page.lead}>{t('protectionSettings.retentionLead')}</p>
      {lastRetention && (
        <p className={page.small} style={{ margin: 0 }}>
          {lastRetention.error === null
            ? t('protectionSettings.lastRetention', {
                time: formatTime(lastRetention.at),
                removed: formatCount(lastRetention.removed),
                freed: formatBytes(lastRetention.bytesFreed),
                retained: formatCount(lastRetention.retained),
              })
            : t('protectionSettings.retentionFailed', {
                time: formatTime(lastRetention.at),
                error: lastRetention.error,
              })}
        </p>
      )}
      <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit}>
        <ProblemBar error={shortens ? preview.error : save.error} />
        <Field label={t('protectionSettings.retention')}>
          <RadioGroup
            value={kind}
            disabled={!mayManage}
            onChange={(_, { value }) => setKind(kinds.find((one) => one === value) ?? 'everything')}
          >
            {kinds.map((one) => (
              <Radio key={one} value={one} label={t(`protectionSettings.retentions.${one}`)} />
            ))}
          </RadioGroup>
        </Field>
        {kind === 'versions' && (
          <Field
            label={t('protectionSettings.versions')}
            hint={t('protectionSettings.versionsHint')}
            {...(wrongVersions && { validationMessage: t('protectionSettings.versionsWrong') })}
          >
            <Input
              value={versions}
              inputMode="numeric"
              disabled={!mayManage}
              onChange={(_, { value }) => setVersions(value)}
            />
          </Field>
        )}
        {kind === 'time' && (
          <div className={page.row}>
            <Field
              label={t('protectionSettings.keptFor')}
              {...(wrongAmount && { validationMessage: t('protectionSettings.wholeNumberNeeded') })}
            >
              <Input
                value={amount}
                inputMode="numeric"
                disabled={!mayManage}
                onChange={(_, { value }) => setAmount(value)}
              />
            </Field>
            <Field label={t('protectionSettings.unit')}>
              <Select
                value={unit}
                disabled={!mayManage}
                onChange={(_, { value }) => setUnit(units.find((one) => one === value) ?? 'days')}
              >
                {units.map((one) => (
                  <option key={one} value={one}>
                    {t(`protectionSettings.units.${one}`)}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
        )}
        <Field
          label={t('protectionSettings.deletedUsers')}
          hint={t('protectionSettings.deletedUsersHint')}
          {...(wrongDays && { validationMessage: t('protectionSettings.wholeNumber') })}
        >
          <Input
            value={days}
            inputMode="numeric"
            disabled={!mayManage}
            onChange={(_, { value }) => setDays(value)}
          />
        </Field>
        {mayManage && (
          <div>
            <SaveButton
              label={t('protectionSettings.saveRetention')}
              busy={busy}
              ready={changed && !invalid}
            />
          </div>
        )}
      </form>
      {asked && (
        <ShortenDialog
          organizationId={organizationId}
          retention={draft}
          preview={asked}
          onDone={accept}
          onClose={() => {
            setAsked(null)
            save.reset()
          }}
        />
      )}
    </section>
  )
}

function ShortenDialog(props: {
  organizationId: string
  retention: Retention
  preview: RetentionPreview
  onDone: (view: ProtectionView) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { removes, keeps, points, objectLock } = props.preview
  const { proof, clear, fields } = useProof()
  const shorten = useMutation({
    mutationFn: () =>
      api.post<ProtectionView>(`/organizations/${props.organizationId}/retention/shorten`, {
        ...props.retention,
        proof,
      }),
    onSettled: clear,
    onSuccess: (view) => {
      props.onDone(view)
      props.onClose()
    },
  })
  return (
    <ConfirmDialog
      title={t('protectionSettings.shortenTitle')}
      text={t('protectionSettings.shortenText', { count: removes, keeps: formatCount(keeps) })}
      confirm={t('protectionSettings.shorten')}
      incomplete={proof === null}
      busy={shorten.isPending}
      error={shorten.error}
      onConfirm={() => shorten.mutate()}
      onClose={() => {
        clear()
        props.onClose()
      }}
    >
      {points.length > 0 && (
        <ul className={page.list} style={{ gap: 4, maxHeight: 160, overflowY: 'auto' }}>
          {points.map(({ runId, sequence, finishedAt }) => (
            <li key={runId} className={page.small}>
              {t('protectionSettings.point', { sequence, time: formatTime(finishedAt) })}
            </li>
          ))}
        </ul>
      )}
      {points.length < removes && (
        <p className={page.small}>{t('protectionSettings.morePoints', { count: removes - points.length })}</p>
      )}
      {objectLock && removes > 0 && (
        <p className={page.small}>{t('protectionSettings.objectLock', { count: objectLock.days })}</p>
      )}
      <ProofField {...fields} />
    </ConfirmDialog>
  )
}

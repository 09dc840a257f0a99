import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog, CopyField, usePageStyles } from '../../elements/index.ts'
import { useCreateLink } from './links.ts'

const lifetimes = ['24', '72', '168'] as const

/** Who asks and for how long; then the address, once. */
export function CreateLinkDialog({ onboardingId, onClose }: { onboardingId: string; onClose: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const create = useCreateLink(onboardingId)
  const [providerName, setProviderName] = useState('')
  const [hours, setHours] = useState<(typeof lifetimes)[number]>('72')
  return (
    <ConfirmDialog
      title={t('customer.createTitle')}
      confirm={t('customer.make')}
      incomplete={providerName.trim() === ''}
      busy={create.isPending}
      error={create.error}
      onConfirm={() => create.mutate({ providerName, hours: Number(hours) })}
      onClose={onClose}
      result={
        create.data && (
          <>
            <CopyField name={t('customer.link')} value={create.data.address} />
            <p className={page.lead}>{t('customer.linkNote')}</p>
          </>
        )
      }
    >
      <Field label={t('customer.providerName')} hint={t('customer.providerNameHint')} required>
        <Input value={providerName} maxLength={120} onChange={(_, data) => setProviderName(data.value)} />
      </Field>
      <Field label={t('customer.lasts')}>
        <RadioGroup
          layout="horizontal"
          value={hours}
          onChange={(_, data) => setHours(data.value as (typeof lifetimes)[number])}
        >
          {lifetimes.map((one) => (
            <Radio key={one} value={one} label={t(`customer.hours.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
    </ConfirmDialog>
  )
}

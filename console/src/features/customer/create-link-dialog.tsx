import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Radio,
  RadioGroup,
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useCreateLink } from './links.ts'

const lifetimes = ['24', '72', '168'] as const

/** Who asks and for how long; then the address, once. */
export function CreateLinkDialog({ onboardingId, onClose }: { onboardingId: string; onClose: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const create = useCreateLink(onboardingId)
  const [providerName, setProviderName] = useState('')
  const [hours, setHours] = useState<(typeof lifetimes)[number]>('72')
  const isMissing = providerName.trim() === ''

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!isMissing && !create.isPending) create.mutate({ providerName, hours: Number(hours) })
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t('customer.createTitle')}</DialogTitle>
            <DialogContent className={page.dialog}>
              <ProblemBar error={create.error} />
              {create.data ? (
                <>
                  <div className={page.row} style={{ alignItems: 'flex-end' }}>
                    <Field label={t('customer.link')} style={{ flexGrow: 1 }}>
                      <Input readOnly value={create.data.address} />
                    </Field>
                    <CopyButton value={create.data.address} name={t('customer.link')} />
                  </div>
                  <p className={page.lead}>{t('customer.linkNote')}</p>
                </>
              ) : (
                <>
                  <Field label={t('customer.providerName')} hint={t('customer.providerNameHint')} required>
                    <Input
                      value={providerName}
                      maxLength={120}
                      onChange={(_, data) => setProviderName(data.value)}
                    />
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
                </>
              )}
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={onClose}>
                {create.data ? t('customer.close') : t('customer.cancel')}
              </Button>
              {!create.data && (
                <Button type="submit" appearance="primary" disabledFocusable={isMissing || create.isPending}>
                  {t('customer.make')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

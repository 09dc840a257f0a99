import { Field, Switch } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProtectionView } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { useSaveProtection } from './protection-settings.ts'

const extras = ['hiddenFolders', 'recoverableItems'] as const

/** What of mailboxes is taken beside the folders that people see. */
export function MailboxesCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSaveProtection(settings.organizationId)
  const [mailboxes, setMailboxes] = useState(settings.mailboxes)
  const changed = extras.some((one) => mailboxes[one] !== settings.mailboxes[one])

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || save.isPending) return
    save.mutate({ mailboxes }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="protected-mailboxes">
      <h2 id="protected-mailboxes" className={page.heading}>
        {t('protectionSettings.mailboxesHeading')}
      </h2>
      <form className={page.column} onSubmit={submit}>
        <ProblemBar error={save.error} />
        {extras.map((one) => (
          <Field key={one} hint={t(`protectionSettings.${one}Hint`)}>
            <Switch
              label={t(`protectionSettings.${one}`)}
              checked={mailboxes[one]}
              disabled={!mayManage}
              onChange={(_, { checked }) => setMailboxes({ ...mailboxes, [one]: checked })}
            />
          </Field>
        ))}
        {mayManage && (
          <div className={page.row}>
            <SaveButton
              label={t('protectionSettings.saveMailboxes')}
              busy={save.isPending}
              ready={changed}
              primary
            />
          </div>
        )}
      </form>
    </section>
  )
}

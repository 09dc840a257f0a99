import { Field, Input } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProtectionView } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { useSaveProtection } from './protection-settings.ts'

/** What Microsoft keeps unless an administrator says otherwise. */
const mostVersions = 500

/** What of drives is taken beside the files as they are. */
export function FilesCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSaveProtection(settings.organizationId)
  const [text, setText] = useState(String(settings.files.versions))
  const versions = Number(text)
  const invalid = !/^\d{1,3}$/.test(text.trim()) || versions > mostVersions
  const changed = versions !== settings.files.versions

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || invalid || save.isPending) return
    save.mutate({ files: { versions } }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="protected-files">
      <h2 id="protected-files" className={page.heading}>
        {t('protectionSettings.filesHeading')}
      </h2>
      <form className={page.column} onSubmit={submit}>
        <ProblemBar error={save.error} />
        <Field
          label={t('protectionSettings.fileVersions')}
          hint={t('protectionSettings.fileVersionsHint')}
          {...(invalid ? { validationMessage: t('protectionSettings.fileVersionsInvalid') } : {})}
        >
          <Input
            value={text}
            inputMode="numeric"
            disabled={!mayManage}
            style={{ maxWidth: '160px' }}
            onChange={(_, { value }) => setText(value)}
          />
        </Field>
        {mayManage && (
          <div className={page.row}>
            <SaveButton
              label={t('protectionSettings.saveFiles')}
              busy={save.isPending}
              ready={changed && !invalid}
              primary
            />
          </div>
        )}
      </form>
    </section>
  )
}

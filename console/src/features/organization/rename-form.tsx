import { Button, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useRenameOrganization } from './organization.ts'

export function RenameForm({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [name, setName] = useState(organization.name)
  const rename = useRenameOrganization(organization.id)
  const changed = name.trim() !== '' && name.trim() !== organization.name

  function submit(event: FormEvent) {
    event.preventDefault()
    if (changed) rename.mutate({ name: name.trim() })
  }
  return (
    <form onSubmit={submit} className={page.row} style={{ alignItems: 'flex-end' }}>
      <Field label={t('organization.name')} style={{ flex: '0 1 360px' }}>
        <Input value={name} maxLength={120} onChange={(_, data) => setName(data.value)} />
      </Field>
      {changed && (
        <Button type="submit" appearance="primary" disabledFocusable={rename.isPending}>
          {t('organization.save')}
        </Button>
      )}
      <ProblemBar error={rename.error} />
    </form>
  )
}

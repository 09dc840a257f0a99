import { Button, Checkbox, Field, Input } from '@fluentui/react-components'
import { EditRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView, Workload } from '../../../../src/contract/index.ts'
import { announce, ConfirmDialog, Facts, usePageStyles } from '../../elements/index.ts'
import { cloudsQuery } from '../onboarding/onboarding.ts'
import { useEditOrganization } from './organization.ts'

/** What changes without a password; what is fixed, and what 'Replace credential' changes, is said. */
export function EditButton({ organization }: { organization: OrganizationView }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<EditRegular />} onClick={() => setOpen(true)}>
        {t('manage.edit')}
      </Button>
      {open && <EditDialog organization={organization} onClose={() => setOpen(false)} />}
    </>
  )
}

function EditDialog({ organization, onClose }: { organization: OrganizationView; onClose: () => void }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const edit = useEditOrganization(organization.id)
  const clouds = useQuery(cloudsQuery)
  const [name, setName] = useState(organization.name)
  const [workloads, setWorkloads] = useState<readonly Workload[]>(organization.workloads)
  const offered = clouds.data?.find(({ id }) => id === organization.cloud)?.workloads ?? []
  const choices = [
    ...new Set([
      ...organization.workloads,
      ...offered.filter(({ available }) => available).map(({ workload }) => workload),
    ]),
  ]
  const isEmpty = name.trim() === ''

  function save() {
    edit.mutate(
      { name: name.trim(), ...(workloads.length > 0 && { workloads: [...workloads] }) },
      {
        onSuccess: (view) => {
          announce(t('manage.saved', { name: view.name }))
          onClose()
        },
      },
    )
  }
  return (
    <ConfirmDialog
      title={t('manage.editTitle')}
      confirm={t('manage.save')}
      incomplete={isEmpty || workloads.length === 0}
      busy={edit.isPending}
      error={edit.error}
      onConfirm={save}
      onClose={onClose}
    >
      <Field
        label={t('organization.name')}
        required
        validationMessage={isEmpty ? t('onboarding.nameMissing') : undefined}
      >
        <Input value={name} maxLength={120} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field
        label={t('manage.workloads')}
        hint={t('manage.workloadsHint')}
        validationMessage={workloads.length === 0 ? t('onboarding.workloadMissing') : undefined}
      >
        {(field) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset would lose the field's hint
          <div role="group" {...field}>
            {choices.map((workload) => (
              <Checkbox
                key={workload}
                label={t(`organization.workloads.${workload}`)}
                checked={workloads.includes(workload)}
                onChange={(_, { checked }) =>
                  setWorkloads((before) =>
                    checked === true ? [...before, workload] : before.filter((one) => one !== workload),
                  )
                }
              />
            ))}
          </div>
        )}
      </Field>
      <h3 className={page.heading}>{t('manage.fixed')}</h3>
      <Facts
        facts={[
          [t('organization.tenant'), organization.tenantId],
          [t('organization.cloud'), organization.cloudName],
          [t('organization.method'), t(`organization.methods.${organization.method}`)],
        ]}
      />
      <p className={page.lead}>{t('manage.editCredential')}</p>
    </ConfirmDialog>
  )
}

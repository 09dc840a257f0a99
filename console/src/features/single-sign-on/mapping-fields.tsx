import { Button, Field, Input, Select } from '@fluentui/react-components'
import { AddRegular, DeleteRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { RoleMapping } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { roles } from '../operator/operator.ts'

/** Which value of the claim gives which role. Organizations that were chosen on the command line stay as they are. */
export function MappingFields(props: {
  mappings: readonly RoleMapping[]
  onChange: (mappings: RoleMapping[]) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { mappings, onChange } = props
  const change = (index: number, part: Partial<RoleMapping>) =>
    onChange(mappings.map((one, at) => (at === index ? { ...one, ...part } : one)))
  return (
    <fieldset className={page.column} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <legend style={{ padding: 0 }}>{t('singleSignOn.mappings')}</legend>
      <p className={page.small} style={{ margin: 0 }}>
        {t('singleSignOn.mappingsHint')}
      </p>
      {mappings.map(({ value, role, organizationIds }, index) => (
        // The place in the list is what the server goes by.
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells two empty rows apart
        <div key={index} className={page.row} style={{ alignItems: 'flex-end' }}>
          <Field label={t('singleSignOn.value')} style={{ flexGrow: 1, minWidth: 140 }}>
            <Input
              value={value}
              maxLength={200}
              onChange={(_, data) => change(index, { value: data.value })}
            />
          </Field>
          <Field
            label={t('operator.role')}
            {...(organizationIds === null
              ? {}
              : { hint: t('operator.organizations', { count: organizationIds.length }) })}
          >
            <Select
              value={role}
              onChange={(_, data) => {
                const chosen = roles.find((one) => one === data.value) ?? role
                change(index, { role: chosen, ...(chosen === 'owner' && { organizationIds: null }) })
              }}
            >
              {roles.map((one) => (
                <option key={one} value={one}>
                  {t(`operator.roles.${one}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Button
            icon={<DeleteRegular />}
            appearance="subtle"
            aria-label={t('singleSignOn.removeMapping', { value: value || String(index + 1) })}
            onClick={() => onChange(mappings.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          icon={<AddRegular />}
          onClick={() => onChange([...mappings, { value: '', role: 'auditor', organizationIds: null }])}
        >
          {t('singleSignOn.addMapping')}
        </Button>
      </div>
    </fieldset>
  )
}

import { Button, Checkbox, Field } from '@fluentui/react-components'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role, SecondFactorSettings, SetSecondFactor } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { announce, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { roles, useMay } from '../operator/operator.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'

const settingsQuery = queryOptions({
  queryKey: keys.secondFactorSettings,
  queryFn: ({ signal }) => api.get<SecondFactorSettings>('/settings/second-factor', { signal }),
})

/** Which roles have to have a second factor. */
export function SecondFactorCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const settings = useQuery({ ...settingsQuery, staleTime: 0 })
  return (
    <section className={page.card} aria-labelledby="second-factor-required">
      <h2 id="second-factor-required" className={page.heading}>
        {t('security.required')}
      </h2>
      <p className={page.lead}>{t('security.requiredText')}</p>
      <ProblemBar error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isPending && <Rows count={2} height={32} />}
      {settings.data && <RequiredRoles requiredFor={settings.data.requiredFor} />}
    </section>
  )
}

function RequiredRoles({ requiredFor }: { requiredFor: readonly Role[] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const client = useQueryClient()
  const [chosen, setChosen] = useState<readonly Role[]>(requiredFor)
  const { proof, clear, fields } = useProof()
  const save = useMutation({
    mutationFn: (body: SetSecondFactor) => api.put<SecondFactorSettings>('/settings/second-factor', body),
    onSuccess: (saved) => {
      client.setQueryData(keys.secondFactorSettings, saved)
      announce(t('security.requiredSaved'))
      // Whoever has none is asked for one at the next page.
      return client.invalidateQueries({ queryKey: keys.session })
    },
    onSettled: clear,
  })
  const isSame = roles.every((role) => chosen.includes(role) === requiredFor.includes(role))
  const mayChange = may('operators.manage')

  function submit(event: FormEvent) {
    event.preventDefault()
    if (proof && !isSame && !save.isPending) save.mutate({ requiredFor: [...chosen], proof })
  }
  return (
    <form className={page.column} style={{ maxWidth: 520 }} onSubmit={submit} noValidate>
      <Field label={t('security.requiredRoles')}>
        <div className={page.column} style={{ gap: 0 }}>
          {roles.map((role) => (
            <Checkbox
              key={role}
              label={t(`operator.roles.${role}`)}
              checked={chosen.includes(role)}
              disabled={!mayChange}
              onChange={(_, { checked }) =>
                setChosen(checked === true ? [...chosen, role] : chosen.filter((one) => one !== role))
              }
            />
          ))}
        </div>
      </Field>
      {mayChange && !isSame && <ProofField {...fields} />}
      <ProblemBar error={save.error} />
      {mayChange && (
        <div>
          <Button type="submit" disabledFocusable={isSame || proof === null || save.isPending}>
            {t('security.requiredSave')}
          </Button>
        </div>
      )}
    </form>
  )
}

import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MicrosoftExplanation } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'

/** Explains an error that Microsoft shows on a page of its own: the server never hears of it, so somebody has to type it in. */
export function ErrorLookUp() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [code, setCode] = useState('')
  const explain = useMutation({
    mutationFn: (typed: string) =>
      api.get<MicrosoftExplanation>(`/microsoft-errors/${encodeURIComponent(typed)}`),
    onSuccess: ({ happened, why, remedy }) => announce(`${happened} ${why} ${remedy}`),
  })
  const typed = code.trim()

  function submit(event: FormEvent) {
    event.preventDefault()
    if (typed !== '') explain.mutate(typed)
  }
  return (
    <section className={page.card} aria-labelledby="error-look-up">
      <h2 id="error-look-up" className={page.heading}>
        {t('onboarding.lookUpHeading')}
      </h2>
      <p className={page.lead}>{t('onboarding.lookUpText')}</p>
      <form onSubmit={submit} className={page.row} style={{ alignItems: 'flex-end' }}>
        <Field label={t('onboarding.lookUpNumber')} style={{ flex: '0 1 240px' }}>
          <Input
            value={code}
            maxLength={100}
            placeholder="AADSTS50105"
            onChange={(_, data) => setCode(data.value)}
          />
        </Field>
        <Button type="submit" disabledFocusable={typed === '' || explain.isPending}>
          {t('onboarding.lookUp')}
        </Button>
      </form>
      <ProblemBar error={explain.error} />
      {explain.data && (
        <div>
          <strong>
            {explain.data.code}: {explain.data.happened}
          </strong>
          <p className={page.lead}>{explain.data.why}</p>
          <p className={page.lead}>{explain.data.remedy}</p>
        </div>
      )}
    </section>
  )
}

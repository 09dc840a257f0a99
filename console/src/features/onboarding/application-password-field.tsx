import { Button, Field, Input } from '@fluentui/react-components'
import { EyeOffRegular, EyeRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { fetchApplicationPassword } from './onboarding.ts'

const mask = '••••••••••••••••••••••••'

/** The password is asked for by the first 'Show' or 'Copy', kept in this component only, and gone with the page. */
export function ApplicationPasswordField({ id, available }: { id: string; available: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [password, setPassword] = useState<string>()
  const [visible, setVisible] = useState(false)
  const [error, setError] = useState<unknown>()
  // Live updates tell that the password was handed out before it has arrived here.
  const [asked, setAsked] = useState(false)
  const isGone = !available && !asked

  async function load(): Promise<string | null> {
    if (password !== undefined) return password
    setAsked(true)
    try {
      const fetched = await fetchApplicationPassword(id)
      setPassword(fetched)
      return fetched
    } catch (problem) {
      setAsked(false)
      setError(problem)
      return null
    }
  }
  return (
    <div className={page.column}>
      <div className={page.row} style={{ alignItems: 'flex-end' }}>
        <Field label={t('onboarding.password')} style={{ flex: '1 1 300px' }}>
          <Input readOnly value={visible && password !== undefined ? password : mask} />
        </Field>
        {!isGone && (
          <>
            <Button
              icon={visible ? <EyeOffRegular /> : <EyeRegular />}
              aria-label={`${visible ? t('onboarding.hide') : t('onboarding.show')}: ${t('onboarding.password')}`}
              onClick={() => void load().then((loaded) => setVisible(loaded !== null && !visible))}
            >
              {visible ? t('onboarding.hide') : t('onboarding.show')}
            </Button>
            <CopyButton value={load} name={t('onboarding.password')} label={t('onboarding.copy')} />
          </>
        )}
      </div>
      <span className={page.small}>
        {isGone ? t('onboarding.passwordGone') : t('onboarding.passwordNote')}
      </span>
      <ProblemBar error={error} />
    </div>
  )
}

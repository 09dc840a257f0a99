import { Button } from '@fluentui/react-components'
import { PersonKeyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { BeginSingleSignOn } from '../../../../src/contract/index.ts'
import { ProblemBar } from '../../elements/index.ts'
import { signInOptionsQuery, useBeginSingleSignOn } from './single-sign-on.ts'

/** Leads to the provider of single sign-on; nothing where there is none. With an invitation, in place of a password. */
export function ProviderButton(props: BeginSingleSignOn) {
  const { t } = useTranslation()
  const { data } = useQuery(signInOptionsQuery)
  const begin = useBeginSingleSignOn()
  const name = data?.singleSignOn
  if (!name) return null
  return (
    <>
      <ProblemBar error={begin.error} />
      <Button
        type="button"
        size="large"
        icon={<PersonKeyRegular />}
        disabledFocusable={begin.isPending}
        onClick={() => begin.mutate(props)}
      >
        {t(props.invitation === undefined ? 'singleSignOn.signInWith' : 'singleSignOn.useInstead', { name })}
      </Button>
    </>
  )
}

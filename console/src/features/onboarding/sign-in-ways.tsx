import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { queryOptions } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SignInWays } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { RouterLink } from '../../elements/index.ts'

/** How an administrator can sign in from this console, which depends on where it is open. */
export const signInWaysQuery = (cloud: string | undefined) =>
  queryOptions({
    queryKey: keys.signInWays(cloud ?? ''),
    queryFn: ({ signal }) => api.get<SignInWays>(`/clouds/${cloud}/sign-in`, { signal }),
    enabled: cloud !== undefined,
  })

/** Why Microsoft cannot send a browser back to this console, and what to do instead. */
export function ElsewhereBar({ reason }: { reason: string }) {
  const { t } = useTranslation()
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('onboarding.elsewhereTitle')}</MessageBarTitle> {reason}{' '}
        {t('onboarding.elsewhere')}{' '}
        <RouterLink to="/settings/sign-in">{t('onboarding.elsewhereSettings')}</RouterLink>
      </MessageBarBody>
    </MessageBar>
  )
}

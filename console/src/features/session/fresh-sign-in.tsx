/**
 * The proof of who has neither password nor second factor here: a sign-in of the last minutes. At the provider of single sign-on it is asked for in
 * a tab of its own, so that what was filled in here stays.
 */
import { Button, Link, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { OpenRegular } from '@fluentui/react-icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ProofWays, SingleSignOnAddress } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { ProblemBar } from '../../elements/index.ts'
import { sessionQuery } from './session.ts'

const lookEvery = 2_000

export function FreshSignIn({ fresh, provider }: Pick<ProofWays, 'fresh' | 'provider'>) {
  const { t } = useTranslation()
  const begin = useMutation({
    mutationFn: () => api.post<SingleSignOnAddress>('/account/proof/single-sign-on'),
    onSuccess: ({ address }) => {
      window.open(address, '_blank', 'noopener')
    },
    gcTime: 0,
  })
  useQuery({ ...sessionQuery, refetchInterval: begin.isSuccess && !fresh ? lookEvery : false })
  if (fresh) {
    return (
      <MessageBar intent="success">
        <MessageBarBody>{t('security.freshGiven')}</MessageBarBody>
      </MessageBar>
    )
  }
  if (provider === null) return <p>{t('security.freshSignIn')}</p>
  return (
    <div>
      <p>{t('security.freshAtProvider', { provider })}</p>
      <Button icon={<OpenRegular />} disabledFocusable={begin.isPending} onClick={() => begin.mutate()}>
        {t('security.signInAgainAt', { provider })}
      </Button>
      {begin.data && (
        <p role="status">
          {t('security.freshWaiting')}{' '}
          <Link href={begin.data.address} target="_blank" rel="noopener">
            {t('security.freshOpen')}
          </Link>
        </p>
      )}
      <ProblemBar error={begin.error} />
    </div>
  )
}

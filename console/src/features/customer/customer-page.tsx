import { Button } from '@fluentui/react-components'
import { LockOpenRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { ProblemBar, Rows } from '../../elements/index.ts'
import { SignedOutPage } from '../session/signed-out-page.tsx'
import { tokenOfAddress, useCustomer, useOpenLink } from './customer.ts'
import { CustomerRequest } from './customer-request.tsx'

/** The page of a customer link. It needs a click before it opens: programs that look at addresses in mails do not click. */
export function CustomerPage() {
  const { t } = useTranslation()
  const [token, setToken] = useState(tokenOfAddress)
  const open = useOpenLink()
  const customer = useCustomer(token === null)
  // Other failures (the network, too many tries) leave the link as it was.
  const isUsedUp = open.error instanceof ApiError && open.error.problem.code === 'CUS_LINK_UNKNOWN'
  if (token !== null) {
    return (
      <SignedOutPage key="closed" title={t('customer.closedTitle')} lead={t('customer.closedText')}>
        <ProblemBar error={open.error} />
        <Button
          appearance="primary"
          size="large"
          icon={<LockOpenRegular />}
          disabledFocusable={open.isPending || isUsedUp}
          onClick={() => open.mutate(token, { onSuccess: () => setToken(null) })}
        >
          {t('customer.open')}
        </Button>
      </SignedOutPage>
    )
  }
  const view = customer.data
  return (
    <SignedOutPage
      key="open"
      title={t('customer.title')}
      lead={view ? t('customer.asks', { provider: view.providerName }) : ''}
      wide
    >
      <ProblemBar error={customer.error} />
      {customer.isPending && <Rows count={4} height={40} />}
      {view && <CustomerRequest view={view} />}
    </SignedOutPage>
  )
}

import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplacedCredential } from '../../../../src/contract/index.ts'
import { RouterButton, SentenceList, usePageStyles } from '../../elements/index.ts'
import { CredentialText } from '../organization/credential-text.tsx'

/** The new credential is in use; what is left of the old one, and where to remove it. Takes the focus from the form that was here. */
export function ReplacedCard({ replaced }: { replaced: ReplacedCredential }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { organization, leftovers } = replaced
  return (
    <section className={page.card} aria-labelledby="replaced">
      <h3 id="replaced" ref={heading} tabIndex={-1} className={page.heading} style={{ outline: 'none' }}>
        {t('manage.replaced')}
      </h3>
      <p className={page.lead}>{t('manage.replacedText')}</p>
      <p style={{ margin: 0 }}>
        <CredentialText credential={organization.credential} />
      </p>
      {leftovers.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody style={{ paddingBottom: 8 }}>
            <MessageBarTitle>{t('manage.leftovers')}</MessageBarTitle>
            <SentenceList label={t('manage.leftovers')} sentences={leftovers} />
          </MessageBarBody>
        </MessageBar>
      )}
      <div>
        <RouterButton
          to="/organizations/$organizationId"
          params={{ organizationId: organization.id }}
          appearance="primary"
        >
          {t('task.back', { name: organization.name })}
        </RouterButton>
      </div>
    </section>
  )
}

import { Button, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CredentialKind, OrganizationView, ReplacedCredential } from '../../../../src/contract/index.ts'
import { BusyMark, ProblemBar, RouterButton, usePageStyles } from '../../elements/index.ts'
import { type CredentialDraft, emptyDraft, suppliedCredential } from '../onboarding/credential-draft.ts'
import { CredentialFields } from '../onboarding/credential-fields.tsx'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { ApplicationFields, noApplication, otherApplication } from './application-fields.tsx'
import { useMakeCertificate, useReplaceCredential } from './credential.ts'
import { UploadedCertificate } from './made-certificate.tsx'
import { WhereToMake } from './where-to-make.tsx'

/** What is made in the portal, what is given here, and the operator's own password. */
export function ReplaceForm(props: {
  organization: OrganizationView
  onReplaced: (replaced: ReplacedCredential) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organization } = props
  const replace = useReplaceCredential(organization.id)
  const make = useMakeCertificate(organization.id)
  const [kind, setKind] = useState<CredentialKind>(organization.credential.kind)
  const [draft, setDraft] = useState<CredentialDraft>(emptyDraft)
  const [application, setApplication] = useState(noApplication)
  const { proof, clear, fields } = useProof()
  const [tried, setTried] = useState(false)
  const isMade = kind === 'certificate' && draft.source === 'made-here'
  const supplied = suppliedCredential(kind, draft)
  const credential = isMade ? make.data && ({ kind: 'made-here' } as const) : supplied
  const other = otherApplication(application)
  const isMissing = credential === undefined || credential === 'incomplete'

  function submit() {
    setTried(true)
    if (replace.isPending || credential === undefined || credential === 'incomplete') return
    if (proof === null || other === 'wrong') return
    replace.mutate({ proof, credential, ...other }, { onSuccess: props.onReplaced, onSettled: clear })
  }
  return (
    <form
      className={page.column}
      style={{ gap: 20 }}
      noValidate
      aria-label={t('manage.replace')}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <section className={page.card} aria-label={t('manage.replaceStep1')}>
        <CredentialFields
          kind={kind}
          onKindChange={setKind}
          draft={draft}
          onChange={setDraft}
          kept={false}
          missing={tried && isMissing}
          before={<WhereToMake organization={organization} kind={kind} isMade={isMade} />}
          madeHere={<UploadedCertificate make={make} missing={tried && isMissing} />}
        />
        <ApplicationFields value={application} onChange={setApplication} tried={tried} />
      </section>
      <section className={page.card} aria-labelledby="own-password">
        <h3 id="own-password" className={page.heading}>
          {t('manage.replaceStep3')}
        </h3>
        <ProofField
          {...fields}
          error={tried && proof === null && !replace.error ? t('manage.ownPasswordMissing') : undefined}
        />
        {replace.isPending && (
          <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
            <MessageBarBody>
              <MessageBarTitle>{t('manage.replacing')}</MessageBarTitle> {t('manage.replacingText')}
            </MessageBarBody>
          </MessageBar>
        )}
        <ProblemBar error={replace.error} />
        <div className={page.between}>
          <RouterButton
            to="/organizations/$organizationId"
            params={{ organizationId: organization.id }}
            appearance="subtle"
          >
            {t('common.cancel')}
          </RouterButton>
          <Button type="submit" appearance="primary" size="large" disabledFocusable={replace.isPending}>
            {t('manage.replace')}
          </Button>
        </div>
      </section>
    </form>
  )
}

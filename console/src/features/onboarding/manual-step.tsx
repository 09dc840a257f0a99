import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useState } from 'react'
import type { CredentialKind, OnboardingView } from '../../../../src/contract/index.ts'
import { ManualForm } from './manual-form.tsx'
import { RegistrationGuideCard } from './registration-guide-card.tsx'

/** 'Step 2: Completion Steps' of the Manual Process: how to register the application, and the fields for its details. */
export function ManualStep({ view }: { view: OnboardingView }) {
  const [kind, setKind] = useState<CredentialKind>(view.credentialKind)
  return (
    <>
      {view.notice && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{view.notice}</MessageBarBody>
        </MessageBar>
      )}
      <RegistrationGuideCard view={view} kind={kind} />
      <ManualForm view={view} kind={kind} onKindChange={setKind} />
    </>
  )
}

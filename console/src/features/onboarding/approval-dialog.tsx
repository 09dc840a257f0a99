import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { CopyButton, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useDeviceCode, useMicrosoftSignIn, useOnboardingStep } from './onboarding.ts'

/** 'Need Admin Approval': who is signed in, what is missing, and the ways on. */
export function ApprovalDialog({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const signIn = useMicrosoftSignIn(view.id)
  const renew = useDeviceCode(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const byCode = view.method === 'device-code'
  const { approval, account } = view
  return (
    <Dialog open>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('onboarding.approvalTitle')}</DialogTitle>
          <DialogContent className={page.dialog}>
            <ProblemBar error={signIn.error ?? renew.error ?? cancel.error} />
            {approval && <p className={page.lead}>{approval.explanation}</p>}
            <Facts
              facts={[
                ...(account ? [[t('onboarding.signedInAs'), account.userPrincipalName] as const] : []),
                ...(account && approval?.reason === 'role-missing'
                  ? [
                      [
                        t('onboarding.heldRoles'),
                        approval.heldRoles.join(', ') || t('onboarding.noRoles'),
                      ] as const,
                    ]
                  : []),
                ...(approval && approval.requiredRoles.length > 0
                  ? [[t('onboarding.requiredRoles'), approval.requiredRoles.join(', ')] as const]
                  : []),
              ]}
            />
            {!approval?.explanation.includes('Privileged Identity') && (
              <p className={page.lead}>{t('onboarding.pim')}</p>
            )}
            {approval?.administratorLink && (
              <div className={page.row} style={{ alignItems: 'flex-end' }}>
                <Field label={t('onboarding.administratorLink')} style={{ flexGrow: 1 }}>
                  <Input readOnly value={approval.administratorLink} />
                </Field>
                <CopyButton value={approval.administratorLink} name={t('onboarding.administratorLink')} />
              </div>
            )}
          </DialogContent>
          <DialogActions fluid>
            <Button onClick={() => cancel.mutate()} disabledFocusable={cancel.isPending}>
              {t('onboarding.cancel')}
            </Button>
            <Button
              appearance="primary"
              onClick={() => (byCode ? renew.mutate() : signIn.mutate(true))}
              disabledFocusable={signIn.isPending || signIn.isSuccess || renew.isPending}
            >
              {byCode ? t('onboarding.otherAccountByCode') : t('onboarding.otherAccount')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

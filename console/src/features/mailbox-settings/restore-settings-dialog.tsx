import { Button, Checkbox, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { ArrowUndoRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  MailboxSettingsPart,
  MailboxSettingsView,
  OrganizationView,
} from '../../../../src/contract/index.ts'
import { ApiError } from '../../api/problem.ts'
import { ConfirmDialog, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { useBeginTask } from '../administrator-task/begin-task.tsx'
import { RestorePointField } from '../mail/mail-bar.tsx'
import { TargetField } from '../restore/target-field.tsx'
import { useRestoreSettings } from './mailbox-settings.ts'
import { RestoredSettings } from './restored-settings.tsx'

const parts: readonly MailboxSettingsPart[] = ['rules', 'categories', 'workingHours', 'automaticReplies']

interface RestoreSettingsDialogProps {
  organization: OrganizationView
  mailboxId: string
  userPrincipalName: MailboxSettingsView['userPrincipalName']
  /** The restore point that is looked at: chosen to begin with. */
  at: number | undefined
}

/** Which parts of the settings go back, from when and into whose mailbox; then what came of each. Opens by its own button. */
export function RestoreSettingsDialog(props: RestoreSettingsDialogProps) {
  const { organization, mailboxId, userPrincipalName } = props
  const { t } = useTranslation()
  const page = usePageStyles()
  const restore = useRestoreSettings(mailboxId)
  // An answer to everybody who writes is nothing to come back unasked.
  const usual: readonly MailboxSettingsPart[] = parts.filter((part) => part !== 'automaticReplies')
  const [chosen, setChosen] = useState(usual)
  const [at, setAt] = useState(props.at)
  const [user, setUser] = useState<string | null>(null)
  const begin = () => {
    setChosen(usual)
    setAt(props.at)
    setUser(null)
  }
  const notGranted =
    restore.error instanceof ApiError && restore.error.problem.code === 'JOB_RESTORE_SETTINGS_NOT_GRANTED'
  return (
    <ConfirmDialog
      trigger={
        <Button icon={<ArrowUndoRegular />} onClick={begin}>
          {t('mail.restore')}
        </Button>
      }
      title={t('outlook.settings.restoreTitle')}
      text={t('outlook.settings.restoreLead', { name: userPrincipalName })}
      confirm={t('restore.start')}
      incomplete={chosen.length === 0 || user?.trim() === '' || !organization.restoreRights}
      busy={restore.isPending}
      error={restore.error}
      {...(restore.data && { result: <RestoredSettings view={restore.data} /> })}
      onConfirm={() =>
        restore.mutate({
          parts: [...chosen],
          ...(at === undefined ? {} : { at }),
          ...(user === null ? {} : { target: { user: user.trim() } }),
        })
      }
      onClose={restore.reset}
    >
      {notGranted && <GrantButton organization={organization} />}
      {!organization.restoreRights && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('restore.noRights')}</MessageBarTitle> {t('outlook.settings.noRightsText')}
          </MessageBarBody>
        </MessageBar>
      )}
      <fieldset style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
        <legend style={{ padding: 0 }}>{t('outlook.settings.parts')}</legend>
        <div className={page.column} style={{ gap: 0 }}>
          {parts.map((part) => (
            <Checkbox
              key={part}
              checked={chosen.includes(part)}
              label={
                <>
                  {t(`outlook.settings.partNames.${part}`)}
                  <span className={page.small} style={{ display: 'block' }}>
                    {t(`outlook.settings.partHints.${part}`)}
                  </span>
                </>
              }
              onChange={(_, { checked }) =>
                setChosen((before) =>
                  parts.filter((one) => (one === part ? checked === true : before.includes(one))),
                )
              }
            />
          ))}
        </div>
      </fieldset>
      <div className={page.row}>
        <RestorePointField organizationId={organization.id} at={at} onAt={setAt} />
      </div>
      <TargetField organizationId={organization.id} workload="mail" user={user} onUser={setUser} />
    </ConfirmDialog>
  )
}

/** Leads to the sign-in by which the permission is granted. */
function GrantButton({ organization }: Pick<RestoreSettingsDialogProps, 'organization'>) {
  const page = usePageStyles()
  const { button, error } = useBeginTask(organization)
  return (
    <>
      <ProblemBar error={error} />
      <div className={page.row}>
        {button('grant-optional', { kind: 'grant-optional', access: ['mailbox-settings-restore'] })}
      </div>
    </>
  )
}

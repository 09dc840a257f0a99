import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowLeftRegular, SettingsRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MailboxSettingsView } from '../../../../src/contract/index.ts'
import { EmptyState, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { downloadText } from '../../format/download-text.ts'
import { useMailTexts } from '../browse/browse.ts'
import { RestorePointField } from '../mail/mail-bar.tsx'
import { MailboxList } from '../mail/mailbox-list.tsx'
import { organizationQuery } from '../organization/organization.ts'
import { mailboxSettingsQuery } from './mailbox-settings.ts'
import { RestoreSettingsDialog } from './restore-settings-dialog.tsx'
import { Categories, General, Replies, Rules } from './settings-cards.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/mailbox-settings')

const useStyles = makeStyles({
  chooser: { display: 'flex', flexDirection: 'column', maxHeight: '70vh', padding: '8px' },
  grow: { flexGrow: 1 },
  name: { overflowWrap: 'anywhere', color: tokens.colorNeutralForeground1 },
})

/** What belongs to a mailbox beside its mails, in readable form: replies, working hours, rules, categories. */
export function MailboxSettingsSection() {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const { organizationId } = route.useParams()
  const { mailbox, at } = route.useSearch()
  const navigate = route.useNavigate()
  const texts = useMailTexts()
  const { data: organization } = useQuery(organizationQuery(organizationId))
  const settings = useQuery({ ...mailboxSettingsQuery(mailbox ?? '', at), enabled: mailbox !== undefined })
  const point = (
    <div className={page.row}>
      <RestorePointField
        organizationId={organizationId}
        at={at}
        onAt={(sequence) => void navigate({ search: (previous) => ({ ...previous, at: sequence }) })}
      />
    </div>
  )
  if (mailbox === undefined)
    return (
      <>
        {point}
        <section className={page.card} aria-labelledby="settings-of">
          <h2 id="settings-of" className={page.heading}>
            {t('outlook.settings.title')}
          </h2>
          <p className={page.lead}>{t('outlook.settings.chooseText')}</p>
          <div className={styles.chooser}>
            <MailboxList
              organizationId={organizationId}
              workload="mail"
              texts={texts}
              onMailbox={(id) => void navigate({ search: (previous) => ({ ...previous, mailbox: id }) })}
            />
          </div>
        </section>
      </>
    )
  const { data } = settings
  return (
    <>
      {point}
      <div className={page.between}>
        <div className={page.row}>
          <Button
            appearance="subtle"
            icon={<ArrowLeftRegular />}
            onClick={() => void navigate({ search: (previous) => ({ ...previous, mailbox: undefined }) })}
          >
            {texts.allMailboxes}
          </Button>
          {data && <h2 className={`${page.heading} ${styles.name}`}>{data.userPrincipalName}</h2>}
        </div>
        {data?.settings && (
          <div className={page.row}>
            {organization && (
              <RestoreSettingsDialog
                organization={organization}
                mailboxId={mailbox}
                userPrincipalName={data.userPrincipalName}
                at={at}
              />
            )}
            <Button icon={<ArrowDownloadRegular />} onClick={() => saveSettings(data)}>
              {t('outlook.settings.export')}
            </Button>
          </div>
        )}
      </div>
      <ProblemBar error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isPending && <Rows count={6} height={32} />}
      {data && !data.settings && (
        <section className={page.card}>
          <EmptyState
            icon={<SettingsRegular />}
            title={t('outlook.settings.none')}
            text={t('outlook.settings.noneText')}
          />
        </section>
      )}
      {data?.settings && (
        <>
          <Replies settings={data.settings} />
          <General settings={data.settings} />
          <Rules rules={data.rules} />
          <Categories categories={data.categories} />
        </>
      )}
    </>
  )
}

function saveSettings(view: MailboxSettingsView) {
  const name = `mailbox-settings-${view.userPrincipalName.replaceAll(/[^\w.@-]/g, '_')}.json`
  downloadText(name, `${JSON.stringify(view, null, 2)}\n`)
}

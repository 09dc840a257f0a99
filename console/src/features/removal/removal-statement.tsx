import { Link } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { RemovalView } from '../../../../src/contract/index.ts'
import { Facts, SentenceList, usePageStyles } from '../../elements/index.ts'
import { formatCount, formatTime } from '../../format/format.ts'
import { FateText } from './backups-fate.tsx'
import { statementAddress } from './removal.ts'

export const statementHeading = 'statement'

/** What was removed, here and in the tenant, and what has to be deleted by hand. Nothing before the removal is done. */
export function RemovalStatement({ removal }: { removal: RemovalView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { statement } = removal
  if (!statement) return null
  const { stopped, backups } = statement
  const part = (title: string, sentences: readonly string[]) =>
    sentences.length > 0 && (
      <div className={page.column} style={{ gap: 4 }}>
        <h3 className={page.heading}>{title}</h3>
        <SentenceList label={title} sentences={sentences} />
      </div>
    )
  return (
    <section className={page.card} aria-labelledby={statementHeading}>
      <div className={page.between}>
        <div>
          <h2 id={statementHeading} tabIndex={-1} className={page.heading} style={{ outline: 'none' }}>
            {t('manage.statement')}
          </h2>
          <span className={page.small}>
            {t('manage.statementLead', {
              operator: statement.operator,
              time: formatTime(statement.requestedAt),
            })}
          </span>
        </div>
        <span className={page.row}>
          <ArrowDownloadRegular aria-hidden />
          <Link href={statementAddress(removal.id)} download>
            {t('manage.download')}
          </Link>
        </span>
      </div>
      {part(t('manage.removedHere'), [
        ...statement.removedHere,
        ...(stopped.runs + stopped.restores > 0 ? [t('manage.stoppedBefore', { ...stopped })] : []),
      ])}
      {part(t('manage.removedInTenant'), statement.removedInTenant)}
      {statement.leftInTenant.length > 0 ? (
        part(t('manage.leftInTenant'), statement.leftInTenant)
      ) : (
        <p className={page.lead}>{t('manage.nothingLeft')}</p>
      )}
      <div className={page.column} style={{ gap: 4 }}>
        <h3 className={page.heading}>{t('manage.removeBackups')}</h3>
        {backups.location === null ? (
          <p className={page.lead}>{t('manage.noBackups')}</p>
        ) : (
          <>
            <Facts
              facts={[
                [t('manage.restorePoints'), formatCount(backups.restorePoints)],
                [t('organization.mailboxes'), formatCount(backups.mailboxes)],
                [t('organization.items'), formatCount(backups.items)],
                [
                  t('organization.location'),
                  <span key="location" className={page.mono}>
                    {backups.location}
                  </span>,
                ],
              ]}
            />
            <p className={page.lead}>
              <FateText removal={removal} />
            </p>
          </>
        )}
      </div>
    </section>
  )
}

import { Badge, Button, Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  ArrowDownloadRegular,
  ArrowLeftRegular,
  ArrowUndoRegular,
  AttachRegular,
  ShieldRegular,
} from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganizationView } from '../../../../src/contract/index.ts'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatTime } from '../../format/format.ts'
import { RestoreDialog } from '../restore/restore-dialog.tsx'
import { attachmentAddress, emlAddress, previewAddress } from './download.ts'
import { mailItemQuery, personText } from './mail.ts'

const useStyles = makeStyles({
  head: {
    padding: '14px 16px',
    display: 'flex',
    flexDirection: 'column',
    gap: '10px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    maxHeight: '55%',
    overflowY: 'auto',
    flexShrink: 0,
  },
  subject: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
  },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gap: '2px 12px',
    margin: 0,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
  },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  back: { display: 'none', '@media (max-width: 1000px)': { display: 'inline-flex' } },
  attachments: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexWrap: 'wrap',
    gap: '6px',
  },
  attachment: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '6px',
    padding: '4px 10px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    maxWidth: '260px',
    boxSizing: 'border-box',
    whiteSpace: 'nowrap',
  },
  fixed: { flexShrink: 0 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis' },
  note: { display: 'flex', gap: '6px', alignItems: 'flex-start' },
  // Mails are written for a white page, in a dark theme too.
  frame: { flexGrow: 1, width: '100%', border: 'none', backgroundColor: '#fff', minHeight: '160px' },
})

/** One mail: header fields, attachments, and the body, which the server made harmless, in a frame that may do nothing. */
export function ReadingPane(props: { itemId: string; organization: OrganizationView; onBack: () => void }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const { itemId, organization } = props
  const [restoring, setRestoring] = useState(false)
  const { data, error, refetch } = useQuery(mailItemQuery(itemId))
  const back = (
    <Button
      className={styles.back}
      appearance="subtle"
      icon={<ArrowLeftRegular />}
      aria-label={t('mail.backToList')}
      onClick={props.onBack}
    />
  )
  if (!data) {
    return (
      <div className={styles.head}>
        {back}
        <ProblemBar error={error} onRetry={() => void refetch()} />
        {!error && <Rows count={5} height={22} />}
      </div>
    )
  }
  const { item } = data
  const people = (list: typeof data.cc) => list.map(personText).join('; ')
  const fields = [
    [t('mail.from'), item.from ? personText(item.from) : t('mail.noSender')],
    [t('mail.to'), people(item.to)],
    [t('mail.cc'), people(data.cc)],
    [t('mail.bcc'), people(data.bcc)],
    [t('mail.replyTo'), people(data.replyTo)],
    [t('mail.received'), formatTime(item.receivedAt)],
    [t('mail.inFolder'), `${item.userPrincipalName} · ${item.folderPath}`],
  ].filter(([, value]) => value)
  const attachments = data.attachments.filter(({ inline }) => !inline)
  return (
    <>
      <div className={styles.head}>
        <div className={page.row}>
          {back}
          <Button size="small" icon={<ArrowUndoRegular />} onClick={() => setRestoring(true)}>
            {t('mail.restore')}
          </Button>
          <Button as="a" size="small" icon={<ArrowDownloadRegular />} href={emlAddress(itemId)} download="">
            {t('mail.downloadEml')}
          </Button>
        </div>
        <h2 className={styles.subject}>{item.subject || t('mail.noSubject')}</h2>
        {(item.isDraft || item.flag === 'flagged' || item.categories.length > 0) && (
          <div className={page.row}>
            {item.isDraft && <Badge appearance="outline">{t('mail.draft')}</Badge>}
            {item.flag === 'flagged' && (
              <Badge appearance="tint" color="danger">
                {t('mail.flagged')}
              </Badge>
            )}
            {item.categories.map((category) => (
              <Badge key={category} appearance="tint" color="brand">
                {category}
              </Badge>
            ))}
          </div>
        )}
        <dl className={styles.fields}>
          {fields.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt className={styles.term}>{name}</dt>
              <dd className={styles.value}>{value}</dd>
            </div>
          ))}
        </dl>
        {attachments.length > 0 && (
          <ul className={styles.attachments} aria-label={t('mail.attachments')}>
            {attachments.map(({ index, name, size }) => (
              <li key={index}>
                <Link
                  href={attachmentAddress(itemId, index)}
                  download=""
                  className={styles.attachment}
                  title={name}
                >
                  <AttachRegular aria-hidden className={styles.fixed} />
                  <span className={styles.name}>{name}</span>{' '}
                  <span className={mergeClasses(page.small, styles.fixed)}>{formatBytes(size)}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        {data.removed.length > 0 && (
          <div className={mergeClasses(page.small, styles.note)}>
            <ShieldRegular aria-hidden fontSize={16} className={styles.fixed} />
            {t('mail.removed', { list: data.removed.join(', ') })}
          </div>
        )}
      </div>
      <iframe className={styles.frame} sandbox="" src={previewAddress(itemId)} title={t('mail.preview')} />
      {restoring && (
        <RestoreDialog
          organization={organization}
          selection={{ items: [itemId] }}
          title={t('restore.dialog', { count: 1 })}
          onClose={() => setRestoring(false)}
        />
      )}
    </>
  )
}

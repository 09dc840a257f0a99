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
import type { OrganizationView, OutlookWorkloadName } from '../../../../src/contract/index.ts'
import { ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatBytes, formatDay } from '../../format/format.ts'
import { RestoreDialog } from '../restore/restore-dialog.tsx'
import { ContactFacts } from './contact-facts.tsx'
import { EventFacts } from './event-facts.tsx'
import {
  contentAddress,
  jsonAddress,
  outlookAttachmentAddress,
  outlookItemQuery,
  textAddress,
} from './outlook.ts'
import { TaskFacts } from './task-facts.tsx'

const useStyles = makeStyles({
  head: {
    padding: '14px 16px',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    overflowY: 'auto',
    flexGrow: 1,
    minHeight: 0,
  },
  title: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
  },
  back: { display: 'none', '@media (max-width: 1000px)': { display: 'inline-flex' } },
  list: { margin: 0, paddingInlineStart: '18px' },
  fixed: { flexShrink: 0 },
  break: { overflowWrap: 'anywhere' },
  note: { display: 'flex', gap: '6px', alignItems: 'flex-start' },
  // Texts are written for a white page, in a dark theme too.
  frame: {
    width: '100%',
    boxSizing: 'border-box',
    flexShrink: 0,
    height: '240px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: '#fff',
  },
})

/** One event, contact or task: what it says, attachments, and its text, which the server made harmless, in a frame that may do nothing. */
export function OutlookPane(props: {
  itemId: string
  workload: OutlookWorkloadName
  organization: OrganizationView
  onBack: () => void
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const { itemId, workload, organization } = props
  const [restoring, setRestoring] = useState(false)
  const { data, error, refetch } = useQuery(outlookItemQuery(itemId))
  const back = (
    <Button
      className={styles.back}
      appearance="subtle"
      icon={<ArrowLeftRegular />}
      aria-label={t(`outlook.${workload}.backToList`)}
      onClick={props.onBack}
    />
  )
  if (!data)
    return (
      <div className={styles.head}>
        {back}
        <ProblemBar error={error} onRetry={() => void refetch()} />
        {!error && <Rows count={5} height={22} />}
      </div>
    )
  const { item } = data
  const attachments = data.attachments.filter(({ inline }) => !inline)
  return (
    <div className={styles.head}>
      <div className={page.row}>
        {back}
        <Button size="small" icon={<ArrowUndoRegular />} onClick={() => setRestoring(true)}>
          {t('mail.restore')}
        </Button>
        <Button as="a" size="small" icon={<ArrowDownloadRegular />} href={contentAddress(itemId)} download="">
          {t(`outlook.${workload}.downloadOne`)}
        </Button>
        <Button as="a" size="small" icon={<ArrowDownloadRegular />} href={jsonAddress(itemId)} download="">
          {t('outlook.downloadJson')}
        </Button>
      </div>
      <h2 className={styles.title}>{item.title || t(`outlook.${workload}.untitled`)}</h2>
      {(item.categories.length > 0 || item.event?.isCancelled) && (
        <div className={page.row}>
          {item.event?.isCancelled && (
            <Badge appearance="tint" color="danger">
              {t('outlook.isCancelled')}
            </Badge>
          )}
          {item.categories.map((category) => (
            <Badge key={category} appearance="tint" color="brand">
              {category}
            </Badge>
          ))}
        </div>
      )}
      {data.event && item.event && <EventFacts item={item} event={item.event} detail={data.event} />}
      {data.contact && item.contact && (
        <ContactFacts item={item} contact={item.contact} detail={data.contact} />
      )}
      {data.task && item.task && <TaskFacts item={item} task={item.task} detail={data.task} />}
      {attachments.length > 0 && (
        <ul className={styles.list} aria-label={t('outlook.attachments')}>
          {attachments.map(({ index, name, size, occurrence }) => (
            <li key={index} className={styles.break}>
              <Link href={outlookAttachmentAddress(itemId, index)} download="">
                <AttachRegular aria-hidden /> {name}
              </Link>{' '}
              <span className={page.small}>
                {formatBytes(size)}
                {occurrence && ` · ${t('outlook.ofOccurrence', { day: formatDay(occurrence) })}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data.links.length > 0 && (
        <ul className={styles.list} aria-label={t('outlook.links')}>
          {data.links.map(({ name, address }) => (
            <li key={address} className={styles.break}>
              {name} <span className={page.mono}>{address}</span>
            </li>
          ))}
        </ul>
      )}
      {data.hasText && (
        <iframe
          className={styles.frame}
          sandbox=""
          src={textAddress(itemId)}
          title={t(`outlook.${workload}.preview`)}
        />
      )}
      {data.removed.length > 0 && (
        <div className={mergeClasses(page.small, styles.note)}>
          <ShieldRegular aria-hidden fontSize={16} className={styles.fixed} />
          {t('mail.removed', { list: data.removed.join(', ') })}
        </div>
      )}
      {restoring && (
        <RestoreDialog
          organization={organization}
          selection={{ items: [itemId] }}
          workload={workload}
          title={t(`outlook.${workload}.restoreTitle`, { count: 1 })}
          onClose={() => setRestoring(false)}
        />
      )}
    </div>
  )
}

import { useTranslation } from 'react-i18next'
import type { OutlookItemDetailView, OutlookItemView } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { formatDay, formatTime, formatWallTime } from '../../format/format.ts'
import { personText } from '../mail/mail.ts'
import { FactList, Lines } from './fact-list.tsx'

const answers = ['none', 'notResponded', 'accepted', 'tentativelyAccepted', 'declined', 'organizer'] as const

/** When and where, who and what they answered, how a series goes on and where it does not. */
export function EventFacts(props: {
  item: OutlookItemView
  event: NonNullable<OutlookItemView['event']>
  detail: NonNullable<OutlookItemDetailView['event']>
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { item, event, detail } = props
  const answerOf = (answer: string) => {
    const known = answers.find((one) => one === answer)
    return known ? t(`outlook.event.answers.${known}`) : answer
  }
  const role = (type: string) =>
    type === 'optional' || type === 'resource' ? `, ${t(`outlook.event.${type}`)}` : ''
  return (
    <FactList
      facts={[
        [t('outlook.event.when'), whenText(event, detail, t('outlook.allDay'))],
        [t('outlook.event.timeZone'), event.isAllDay ? null : detail.timeZone],
        [t('outlook.event.recurrence'), detail.recurrence?.words],
        [t('outlook.event.location'), event.location],
        [t('outlook.event.organizer'), event.organizer && personText(event.organizer)],
        [
          t('outlook.event.attendees'),
          detail.attendees.length > 0 && (
            <Lines
              of={detail.attendees.map((one) => (
                <span key={one.address}>
                  {personText(one)}{' '}
                  <span className={page.small}>
                    {answerOf(one.answer)}
                    {role(one.type)}
                  </span>
                </span>
              ))}
            />
          ),
        ],
        [
          t('outlook.event.exceptions'),
          detail.exceptions.length > 0 && (
            <Lines
              of={detail.exceptions.map((one) =>
                [
                  formatTime(one.start),
                  one.subject !== item.title && one.subject,
                  one.location !== event.location && one.location,
                  one.originalStart !== one.start &&
                    t('outlook.event.insteadOf', { time: formatTime(one.originalStart) }),
                ]
                  .filter(Boolean)
                  .join(' · '),
              )}
            />
          ),
        ],
        [
          t('outlook.event.cancelled'),
          detail.cancelled.length > 0 && detail.cancelled.map((day) => formatDay(day)).join('; '),
        ],
        [t('outlook.event.onlineMeeting'), detail.onlineMeeting],
        [
          t('outlook.event.reminder'),
          detail.reminderMinutes !== null &&
            t('outlook.event.minutesBefore', { count: detail.reminderMinutes }),
        ],
        [t('outlook.event.sensitivity'), detail.sensitivity !== 'normal' && detail.sensitivity],
        [t('outlook.where'), `${item.userPrincipalName} · ${item.folderPath}`],
      ]}
    />
  )
}

const day = 86_400_000

function whenText(
  event: NonNullable<OutlookItemView['event']>,
  { localStart, localEnd }: NonNullable<OutlookItemDetailView['event']>,
  allDay: string,
): string {
  if (event.isAllDay) {
    // The end is the day after the last one.
    const last = event.end ? new Date(Date.parse(event.end) - day).toISOString() : event.start
    const days = [formatDay(event.start), formatDay(last)]
    return `${days[0] === days[1] ? days[0] : days.join(' – ')}, ${allDay}`
  }
  return `${formatWallTime(localStart)} – ${formatWallTime(localEnd)}`
}

import { Badge } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutlookItemView, OutlookWorkloadName } from '../../../../src/contract/index.ts'
import { formatDay, formatTime } from '../../format/format.ts'

interface Column {
  readonly header: string
  readonly cell: (item: OutlookItemView) => ReactNode
}

/** What stands beside the title of an item, by workload; the first of them is always shown. */
export function useColumns(workload: OutlookWorkloadName): Column[] {
  const { t } = useTranslation()
  const statusText = useStatusText()
  const startText = ({ event }: OutlookItemView) => {
    if (!event?.start) return '–'
    return event.isAllDay ? `${formatDay(event.start)}, ${t('outlook.allDay')}` : formatTime(event.start)
  }
  switch (workload) {
    case 'calendar':
      return [
        { header: t('outlook.columns.start'), cell: startText },
        {
          header: t('outlook.columns.organizer'),
          cell: ({ event }) => event?.organizer?.name || event?.organizer?.address,
        },
        {
          header: t('outlook.columns.series'),
          cell: ({ event }) => (
            <>
              {event?.isSeries && <Badge appearance="tint">{t('outlook.series')}</Badge>}
              {event?.isCancelled && (
                <Badge appearance="tint" color="danger">
                  {t('outlook.isCancelled')}
                </Badge>
              )}
            </>
          ),
        },
      ]
    case 'contacts':
      return [
        { header: t('outlook.columns.company'), cell: ({ contact }) => contact?.company },
        { header: t('outlook.columns.email'), cell: ({ contact }) => contact?.email },
        { header: t('outlook.columns.phone'), cell: ({ contact }) => contact?.phone },
      ]
    case 'todo':
      return [
        { header: t('outlook.columns.status'), cell: ({ task }) => task && statusText(task.status) },
        { header: t('outlook.columns.due'), cell: ({ task }) => task?.due && formatDay(task.due) },
        { header: t('outlook.columns.list'), cell: ({ folderPath }) => folderPath },
      ]
  }
}

const statuses = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'] as const

/** The status of a task in words; one that Microsoft invents later, as it is. */
export function useStatusText(): (status: string) => string {
  const { t } = useTranslation()
  return (status) => {
    const known = statuses.find((one) => one === status)
    return known ? t(`outlook.statuses.${known}`) : status
  }
}

import { CheckboxCheckedRegular, CheckboxUncheckedRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import type { OutlookItemDetailView, OutlookItemView } from '../../../../src/contract/index.ts'
import { formatDay, formatTime } from '../../format/format.ts'
import { useStatusText } from './columns.tsx'
import { FactList, Lines } from './fact-list.tsx'

/** Status, days and steps. */
export function TaskFacts(props: {
  item: OutlookItemView
  task: NonNullable<OutlookItemView['task']>
  detail: NonNullable<OutlookItemDetailView['task']>
}) {
  const { t } = useTranslation()
  const statusText = useStatusText()
  const { item, task, detail } = props
  return (
    <FactList
      facts={[
        [
          t('outlook.task.status'),
          [statusText(task.status), task.importance === 'high' && t('outlook.important')]
            .filter(Boolean)
            .join(' · '),
        ],
        [t('outlook.task.due'), task.due && formatDay(task.due)],
        [t('outlook.task.start'), detail.start && formatDay(detail.start)],
        [t('outlook.task.completed'), detail.completed && formatDay(detail.completed)],
        [t('outlook.task.reminder'), detail.reminderAt && formatTime(detail.reminderAt)],
        [t('outlook.task.recurrence'), detail.recurrence?.words],
        [
          t('outlook.task.steps'),
          detail.steps.length > 0 && (
            <Lines
              of={detail.steps.map(({ title, done }) => (
                <span key={title}>
                  {done ? (
                    <CheckboxCheckedRegular aria-label={t('outlook.task.done')} />
                  ) : (
                    <CheckboxUncheckedRegular aria-label={t('outlook.task.open')} />
                  )}{' '}
                  {title}
                </span>
              ))}
            />
          ),
        ],
        [t('outlook.where'), `${item.userPrincipalName} · ${item.folderPath}`],
      ]}
    />
  )
}

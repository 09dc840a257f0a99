import { CalendarRegular, ContactCardRegular, TasksAppRegular } from '@fluentui/react-icons'
import type { ReactElement } from 'react'
import type { OutlookWorkloadName } from '../../../../src/contract/index.ts'

export const workloadIcons: Readonly<Record<OutlookWorkloadName, ReactElement>> = {
  calendar: <CalendarRegular />,
  contacts: <ContactCardRegular />,
  todo: <TasksAppRegular />,
}

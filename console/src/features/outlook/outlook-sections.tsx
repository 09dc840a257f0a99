import {
  CalendarMonthRegular,
  CalendarRegular,
  FolderRegular,
  PeopleRegular,
  TaskListSquareLtrRegular,
  TasksAppRegular,
} from '@fluentui/react-icons'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { OutlookWorkloadName } from '../../../../src/contract/index.ts'
import type { MailSearch } from '../../router.tsx'
import { useOutlookTexts } from '../browse/browse.ts'
import { BrowseSection } from '../browse/browse-section.tsx'
import { OutlookList } from './outlook-list.tsx'
import { OutlookPane } from './outlook-pane.tsx'
import { workloadIcons } from './workload-icons.tsx'

const calendarsRoute = getRouteApi('/frame/organizations/$organizationId/calendars')
const contactsRoute = getRouteApi('/frame/organizations/$organizationId/contacts')
const todoRoute = getRouteApi('/frame/organizations/$organizationId/todo')

const folderIcons: Readonly<Record<OutlookWorkloadName, { folder: ReactElement; all: ReactElement }>> = {
  calendar: { folder: <CalendarRegular />, all: <CalendarMonthRegular /> },
  contacts: { folder: <FolderRegular />, all: <PeopleRegular /> },
  todo: { folder: <TaskListSquareLtrRegular />, all: <TasksAppRegular /> },
}

/** Calendars, contacts or tasks: user → calendar, folder or list → items → one item. */
function OutlookSection(props: {
  organizationId: string
  workload: OutlookWorkloadName
  search: MailSearch
  onSearch: (next: Partial<MailSearch>) => void
}) {
  const { workload } = props
  return (
    <BrowseSection
      {...props}
      texts={useOutlookTexts(workload)}
      icons={{ list: folderIcons[workload].all, reading: workloadIcons[workload] }}
      folderIcons={folderIcons[workload]}
      wideList
      list={(place) => <OutlookList key={JSON.stringify(place.scope)} workload={workload} {...place} />}
      reading={(place) => <OutlookPane key={place.itemId} workload={workload} {...place} />}
    />
  )
}

export function CalendarsSection() {
  const navigate = calendarsRoute.useNavigate()
  return (
    <OutlookSection
      organizationId={calendarsRoute.useParams().organizationId}
      workload="calendar"
      search={calendarsRoute.useSearch()}
      onSearch={(next) =>
        void navigate({ search: (previous) => ({ ...previous, item: undefined, ...next }) })
      }
    />
  )
}

export function ContactsSection() {
  const navigate = contactsRoute.useNavigate()
  return (
    <OutlookSection
      organizationId={contactsRoute.useParams().organizationId}
      workload="contacts"
      search={contactsRoute.useSearch()}
      onSearch={(next) =>
        void navigate({ search: (previous) => ({ ...previous, item: undefined, ...next }) })
      }
    />
  )
}

export function TodoSection() {
  const navigate = todoRoute.useNavigate()
  return (
    <OutlookSection
      organizationId={todoRoute.useParams().organizationId}
      workload="todo"
      search={todoRoute.useSearch()}
      onSearch={(next) =>
        void navigate({ search: (previous) => ({ ...previous, item: undefined, ...next }) })
      }
    />
  )
}

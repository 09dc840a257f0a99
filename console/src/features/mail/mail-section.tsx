import { MailInboxRegular, MailReadRegular } from '@fluentui/react-icons'
import { getRouteApi } from '@tanstack/react-router'
import { useMailTexts } from '../browse/browse.ts'
import { BrowseSection } from '../browse/browse-section.tsx'
import { MailList } from './mail-list.tsx'
import { ReadingPane } from './reading-pane.tsx'

const route = getRouteApi('/frame/organizations/$organizationId/mail')

/** Mail browser: mailbox → folder → mails → one mail. */
export function MailSection() {
  const { organizationId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <BrowseSection
      organizationId={organizationId}
      workload="mail"
      search={search}
      onSearch={(next) =>
        void navigate({ search: (previous) => ({ ...previous, item: undefined, ...next }) })
      }
      texts={useMailTexts()}
      icons={{ list: <MailInboxRegular />, reading: <MailReadRegular /> }}
      list={(place) => <MailList key={JSON.stringify(place.scope)} {...place} />}
      reading={(place) => <ReadingPane key={place.itemId} {...place} />}
    />
  )
}

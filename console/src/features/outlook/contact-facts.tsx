import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OutlookItemDetailView, OutlookItemView } from '../../../../src/contract/index.ts'
import { formatDay } from '../../format/format.ts'
import { personText } from '../mail/mail.ts'
import { FactList, Lines } from './fact-list.tsx'
import { photoAddress } from './outlook.ts'

const useStyles = makeStyles({
  photo: {
    width: '96px',
    height: '96px',
    objectFit: 'cover',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    flexShrink: 0,
  },
})

/** Outlook's year of a birthday without one. */
const noYear = '1604'

/** Names, how to reach them, where they live and work. */
export function ContactFacts(props: {
  item: OutlookItemView
  contact: NonNullable<OutlookItemView['contact']>
  detail: NonNullable<OutlookItemDetailView['contact']>
}) {
  const { t } = useTranslation()
  const styles = useStyles()
  const { item, contact, detail } = props
  const named = (prefix: 'names' | 'phones' | 'addresses' | 'more') =>
    detail[prefix].map(
      ({ name, value }) =>
        [t(`outlook.contact.${prefix}.${name}` as 'outlook.contact.names.title'), value] as const,
    )
  const birthday = detail.birthday?.startsWith(noYear) ? detail.birthday.slice(5) : formatDay(detail.birthday)
  return (
    <>
      {detail.hasPhoto && (
        <img
          className={styles.photo}
          src={photoAddress(item.id)}
          alt={t('outlook.contact.photo', { name: item.title })}
        />
      )}
      <FactList
        facts={[
          ...named('names').filter(([, value]) => value !== item.title),
          [t('outlook.contact.company'), contact.company],
          [t('outlook.contact.department'), detail.department],
          [t('outlook.contact.jobTitle'), contact.jobTitle],
          [
            t('outlook.contact.email'),
            detail.emails.length > 0 && <Lines of={detail.emails.map(personText)} />,
          ],
          ...named('phones'),
          ...named('addresses'),
          [t('outlook.contact.birthday'), detail.birthday && birthday],
          ...named('more'),
          [t('outlook.where'), `${item.userPrincipalName} · ${item.folderPath}`],
        ]}
      />
    </>
  )
}

import { Field, Select } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UserFilter } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { ChoiceList } from './choice-list.tsx'
import { directoryUsersQuery } from './protection-settings.ts'

const filters: readonly (UserFilter | 'all')[] = ['all', 'user', 'shared', 'resource', 'archival']

/** Users of the directory to choose from, filtered by the kind of their mailbox. */
export function UserPicker(props: {
  organizationId: string
  name: string
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [filter, setFilter] = useState<UserFilter | 'all'>('all')
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const users = useInfiniteQuery({
    ...directoryUsersQuery(props.organizationId, filter, search),
    placeholderData: (previous) => previous,
  })
  return (
    <div className={page.column}>
      <Field label={t('protectionSettings.filter')} style={{ maxWidth: 280 }}>
        <Select
          value={filter}
          onChange={(_, { value }) => setFilter(filters.find((one) => one === value) ?? 'all')}
        >
          {filters.map((one) => (
            <option key={one} value={one}>
              {t(`protectionSettings.filters.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      <ChoiceList
        name={props.name}
        searchName={t('protectionSettings.findUser')}
        search={text}
        onSearch={setText}
        query={users}
        chosen={props.chosen}
        onChange={props.onChange}
        noneText={t('protectionSettings.noUsers')}
        labelOf={({ displayName, userPrincipalName }) =>
          displayName === '' ? userPrincipalName : `${displayName} (${userPrincipalName})`
        }
        extra={({ kind, hasArchive }) => (
          <span className={page.small}>
            {[
              kind === 'user' ? null : t(`protectionSettings.filters.${kind}`),
              hasArchive ? t('protectionSettings.filters.archival') : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
      />
    </div>
  )
}

import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DirectoryGroupView, DirectoryStanding } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, StandingDialog, usePageStyles } from '../../elements/index.ts'
import { ChoiceList } from './choice-list.tsx'
import { directoryGroupsQuery, groupUsersQuery } from './protection-settings.ts'

/** Groups to choose from; 'List Group Users' shows who is in one. */
export function GroupPicker(props: {
  organizationId: string
  name: string
  directory: DirectoryStanding
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [listed, setListed] = useState<DirectoryGroupView | null>(null)
  const search = useDeferredValue(text.trim())
  const groups = useInfiniteQuery({
    ...directoryGroupsQuery(props.organizationId, search),
    placeholderData: (previous) => previous,
  })
  if (props.directory.groups === 'no-rights') {
    return (
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('protectionSettings.groupsNoRights')}</MessageBarBody>
      </MessageBar>
    )
  }
  return (
    <>
      <ChoiceList
        name={props.name}
        searchName={t('protectionSettings.findGroup')}
        search={text}
        onSearch={setText}
        query={groups}
        chosen={props.chosen}
        onChange={props.onChange}
        noneText={t('protectionSettings.noGroups')}
        labelOf={({ displayName }) => displayName}
        extra={(group) => (
          <Button
            size="small"
            appearance="subtle"
            aria-label={t('protectionSettings.listGroupUsersOf', { name: group.displayName })}
            onClick={() => setListed(group)}
          >
            {t('protectionSettings.listGroupUsers')}
          </Button>
        )}
      />
      {listed && (
        <GroupUsers organizationId={props.organizationId} group={listed} onClose={() => setListed(null)} />
      )}
    </>
  )
}

function GroupUsers({
  organizationId,
  group,
  onClose,
}: {
  organizationId: string
  group: DirectoryGroupView
  onClose: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const users = useInfiniteQuery({ ...groupUsersQuery(organizationId, group.id), staleTime: 0 })
  const rows = rowsOf(users.data)
  return (
    <StandingDialog
      title={t('protectionSettings.usersOf', { name: group.displayName })}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <ProblemBar error={users.error} onRetry={() => void users.refetch()} />
      {users.isPending && <Rows count={3} height={24} />}
      {users.isSuccess && rows.length === 0 && <p>{t('protectionSettings.groupEmpty')}</p>}
      {rows.length > 0 && (
        <ul className={page.list}>
          {rows.map(({ id, displayName, userPrincipalName, standing }) => (
            <li key={id} style={{ overflowWrap: 'anywhere' }}>
              {displayName}
              <div className={page.small}>
                {userPrincipalName} · {t(`protectionSettings.standings.${standing}`)}
              </div>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={users} />
    </StandingDialog>
  )
}

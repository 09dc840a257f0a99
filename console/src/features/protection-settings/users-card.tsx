import { Button, Checkbox, Field, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProtectionView, UserSelection, Workload } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { GroupPicker } from './group-picker.tsx'
import { useSaveProtection } from './protection-settings.ts'
import { UserPicker } from './user-picker.tsx'

const selections: readonly UserSelection[] = ['all', 'users', 'groups']

/** Whose data is backed up, and which of it. */
export function UsersCard({
  settings,
  granted,
  mayManage,
}: {
  settings: ProtectionView
  /** Workloads that there are rights for. */
  granted: readonly Workload[]
  mayManage: boolean
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { organizationId, directory } = settings
  const save = useSaveProtection(organizationId)
  const [workloads, setWorkloads] = useState(settings.workloads)
  const [users, setUsers] = useState(settings.users)
  const changed =
    JSON.stringify(users) !== JSON.stringify(settings.users) ||
    JSON.stringify(workloads) !== JSON.stringify(settings.workloads)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || save.isPending) return
    save.mutate({ users, workloads }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="protected-users">
      <h2 id="protected-users" className={page.heading}>
        {t('protectionSettings.usersHeading')}
      </h2>
      <form className={page.column} onSubmit={submit}>
        <ProblemBar error={save.error} />
        <fieldset style={{ border: 0, margin: 0, padding: 0 }} disabled={!mayManage}>
          <legend style={{ padding: 0 }}>{t('protectionSettings.workloads')}</legend>
          <div className={page.row}>
            {granted.map((workload) => (
              <Checkbox
                key={workload}
                label={t(`organization.workloads.${workload}`)}
                checked={workloads.includes(workload)}
                disabled={!mayManage || (workloads.length === 1 && workloads.includes(workload))}
                onChange={(_, { checked }) =>
                  setWorkloads(
                    granted.filter((one) => (one === workload ? checked === true : workloads.includes(one))),
                  )
                }
              />
            ))}
          </div>
        </fieldset>
        <Field label={t('protectionSettings.who')}>
          <RadioGroup
            value={users.selection}
            disabled={!mayManage}
            onChange={(_, { value }) =>
              setUsers({ ...users, selection: selections.find((one) => one === value) ?? 'all' })
            }
          >
            {selections.map((one) => (
              <Radio key={one} value={one} label={t(`protectionSettings.selections.${one}`)} />
            ))}
          </RadioGroup>
        </Field>
        {users.selection === 'users' && (
          <UserPicker
            organizationId={organizationId}
            name={t('protectionSettings.selectedUsers')}
            chosen={users.userIds}
            onChange={(userIds) => setUsers({ ...users, userIds })}
          />
        )}
        {users.selection === 'groups' && (
          <GroupPicker
            organizationId={organizationId}
            name={t('protectionSettings.selectedGroups')}
            directory={directory}
            chosen={users.groupIds}
            onChange={(groupIds) => setUsers({ ...users, groupIds })}
          />
        )}
        <Switch
          label={t('protectionSettings.includeNew')}
          checked={users.includeNew}
          disabled={!mayManage}
          onChange={(_, { checked }) => setUsers({ ...users, includeNew: checked })}
        />
        {mayManage && (
          <div className={page.row}>
            <SaveButton
              label={t('protectionSettings.saveUsers')}
              busy={save.isPending}
              ready={changed}
              primary
            />
            {!settings.users.includeNew && settings.updatedAt !== null && (
              <Button
                disabledFocusable={save.isPending}
                onClick={() =>
                  save.mutate(
                    { acceptNew: true },
                    { onSuccess: () => announce(t('protectionSettings.newAccepted')) },
                  )
                }
              >
                {t('protectionSettings.acceptNew')}
              </Button>
            )}
          </div>
        )}
      </form>
    </section>
  )
}

import { Button, Field, Input, Textarea } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Exclusions, ProtectionView } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { GroupPicker } from './group-picker.tsx'
import { useSaveProtection } from './protection-settings.ts'
import { UserPicker } from './user-picker.tsx'

const linesOf = (text: string) => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
]
const numberOf = (text: string) => (/^[1-9]\d*$/.test(text.trim()) ? Number(text) : null)

/** What is left out of what was chosen. */
export function ExclusionsCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { exclusions, organizationId, directory } = settings
  const save = useSaveProtection(organizationId)
  const [userIds, setUserIds] = useState(exclusions.userIds)
  const [groupIds, setGroupIds] = useState(exclusions.groupIds)
  const [folders, setFolders] = useState(exclusions.folders.join('\n'))
  const [patterns, setPatterns] = useState(exclusions.patterns.join('\n'))
  const [size, setSize] = useState(String(exclusions.largerThanMegabytes ?? ''))
  const [age, setAge] = useState(String(exclusions.olderThanDays ?? ''))
  const [pickers, setPickers] = useState(exclusions.userIds.length + exclusions.groupIds.length > 0)
  const draft: Exclusions = {
    ...exclusions,
    userIds,
    groupIds,
    folders: linesOf(folders),
    patterns: linesOf(patterns),
    largerThanMegabytes: numberOf(size),
    olderThanDays: numberOf(age),
  }
  const changed = JSON.stringify(draft) !== JSON.stringify(exclusions)
  const wrong = (text: string) => text.trim() !== '' && numberOf(text) === null
  const invalid = wrong(size) || wrong(age)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || invalid || save.isPending) return
    save.mutate({ exclusions: draft }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="exclusions">
      <h2 id="exclusions" className={page.heading}>
        {t('protectionSettings.exclusionsHeading')}
      </h2>
      <p className={page.lead}>{t('protectionSettings.exclusionsLead')}</p>
      <form className={page.column} onSubmit={submit}>
        <ProblemBar error={save.error} />
        {pickers ? (
          <>
            <Field label={t('protectionSettings.excludedUsers')}>
              <UserPicker
                organizationId={organizationId}
                name={t('protectionSettings.excludedUsers')}
                chosen={userIds}
                onChange={setUserIds}
              />
            </Field>
            <Field label={t('protectionSettings.excludedGroups')}>
              <GroupPicker
                organizationId={organizationId}
                name={t('protectionSettings.excludedGroups')}
                directory={directory}
                chosen={groupIds}
                onChange={setGroupIds}
              />
            </Field>
          </>
        ) : (
          <div>
            <Button onClick={() => setPickers(true)} disabledFocusable={!mayManage}>
              {t('protectionSettings.excludePeople')}
            </Button>
          </div>
        )}
        <Field label={t('protectionSettings.folders')} hint={t('protectionSettings.foldersHint')}>
          <Textarea
            value={folders}
            disabled={!mayManage}
            onChange={(_, { value }) => setFolders(value)}
            resize="vertical"
          />
        </Field>
        <Field label={t('protectionSettings.patterns')} hint={t('protectionSettings.patternsHint')}>
          <Textarea
            value={patterns}
            disabled={!mayManage}
            onChange={(_, { value }) => setPatterns(value)}
            resize="vertical"
          />
        </Field>
        <div className={page.row}>
          <Field
            label={t('protectionSettings.size')}
            {...(wrong(size) && { validationMessage: t('protectionSettings.wholeNumber') })}
          >
            <Input
              value={size}
              inputMode="numeric"
              disabled={!mayManage}
              onChange={(_, { value }) => setSize(value)}
            />
          </Field>
          <Field
            label={t('protectionSettings.age')}
            {...(wrong(age) && { validationMessage: t('protectionSettings.wholeNumber') })}
          >
            <Input
              value={age}
              inputMode="numeric"
              disabled={!mayManage}
              onChange={(_, { value }) => setAge(value)}
            />
          </Field>
        </div>
        {mayManage && (
          <div>
            <SaveButton
              label={t('protectionSettings.saveExclusions')}
              busy={save.isPending}
              ready={changed && !invalid}
            />
          </div>
        )}
      </form>
    </section>
  )
}

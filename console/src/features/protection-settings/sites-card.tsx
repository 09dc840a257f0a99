import { Field, MessageBar, MessageBarBody, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProtectionView } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, SaveButton, usePageStyles } from '../../elements/index.ts'
import { ChoiceList } from './choice-list.tsx'
import { directorySitesQuery, useSaveProtection } from './protection-settings.ts'

/** Which SharePoint sites are backed up; nothing to choose where the application may not list them. */
export function SitesCard({ settings, mayManage }: { settings: ProtectionView; mayManage: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const save = useSaveProtection(settings.organizationId)
  const [sites, setSites] = useState(settings.sites)
  const [text, setText] = useState('')
  const search = useDeferredValue(text.trim())
  const found = useInfiniteQuery({
    ...directorySitesQuery(settings.organizationId, search),
    placeholderData: (previous) => previous,
    enabled: sites.selection === 'sites' && mayManage,
  })
  const changed = JSON.stringify(sites) !== JSON.stringify(settings.sites)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!changed || save.isPending) return
    save.mutate({ sites }, { onSuccess: () => announce(t('protectionSettings.saved')) })
  }
  return (
    <section className={page.card} aria-labelledby="protected-sites">
      <h2 id="protected-sites" className={page.heading}>
        {t('protectionSettings.sitesHeading')}
      </h2>
      {settings.directory.sites === 'no-rights' && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t('protectionSettings.sitesNoRights')}</MessageBarBody>
        </MessageBar>
      )}
      {settings.directory.sites === 'read' && (
        <form className={page.column} onSubmit={submit}>
          <ProblemBar error={save.error} />
          <Field label={t('protectionSettings.whichSites')}>
            <RadioGroup
              value={sites.selection}
              disabled={!mayManage}
              onChange={(_, { value }) =>
                setSites({ ...sites, selection: value === 'sites' ? 'sites' : 'all' })
              }
            >
              <Radio value="all" label={t('protectionSettings.siteSelections.all')} />
              <Radio value="sites" label={t('protectionSettings.siteSelections.sites')} />
            </RadioGroup>
          </Field>
          {sites.selection === 'sites' && mayManage && (
            <ChoiceList
              name={t('protectionSettings.selectedSites')}
              searchName={t('protectionSettings.findSite')}
              search={text}
              onSearch={setText}
              query={found}
              chosen={sites.siteIds}
              onChange={(siteIds) => setSites({ ...sites, siteIds })}
              noneText={t('protectionSettings.noSites')}
              labelOf={({ name, webUrl }) => `${name} (${webUrl})`}
            />
          )}
          <Switch
            label={t('protectionSettings.includeNewSites')}
            checked={sites.includeNew}
            disabled={!mayManage}
            onChange={(_, { checked }) => setSites({ ...sites, includeNew: checked })}
          />
          {mayManage && (
            <div>
              <SaveButton label={t('protectionSettings.saveSites')} busy={save.isPending} ready={changed} />
            </div>
          )}
        </form>
      )}
    </section>
  )
}

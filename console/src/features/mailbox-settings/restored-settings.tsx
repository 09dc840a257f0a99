import { Badge } from '@fluentui/react-components'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { RestoredSettingsView } from '../../../../src/contract/index.ts'
import { announce, Facts, usePageStyles } from '../../elements/index.ts'

const colors = {
  restored: 'success',
  'already-there': 'informative',
  'not-stored': 'subtle',
  failed: 'danger',
} as const

/** What came of a restore of settings, rule by rule. */
export function RestoredSettings({ view }: { view: RestoredSettingsView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const failed = view.entries.some(({ outcome }) => outcome === 'failed')
  const said = t(failed ? 'restore.states.partial' : 'restore.states.succeeded')
  useEffect(() => announce(said), [said])
  return (
    <>
      <div className={page.row}>
        <Facts facts={[[t('restore.targetUser'), view.userPrincipalName]]} />
        <Badge appearance="tint" color={failed ? 'warning' : 'success'}>
          {said}
        </Badge>
      </div>
      <ul className={page.list} aria-label={t('outlook.settings.outcome')}>
        {view.entries.map(({ part, name, outcome, reason }) => (
          <li key={`${part} ${name}`} className={page.between} style={{ flexWrap: 'nowrap' }}>
            <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              {name || t(`outlook.settings.partNames.${part}`)}
              <span className={page.small} style={{ display: 'block' }}>
                {[name && t(`outlook.settings.partNames.${part}`), reason].filter(Boolean).join(': ')}
              </span>
            </span>
            <Badge appearance="tint" color={colors[outcome]} style={{ flexShrink: 0 }}>
              {t(`outlook.settings.outcomes.${outcome}`)}
            </Badge>
          </li>
        ))}
      </ul>
    </>
  )
}

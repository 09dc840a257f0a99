import { Badge, makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { MailboxSettingsView } from '../../../../src/contract/index.ts'
import { usePageStyles } from '../../elements/index.ts'
import { formatWallTime } from '../../format/format.ts'
import { FactList, Lines } from '../outlook/fact-list.tsx'
import { objectOf, plainReply, ruleParts, textOf } from './readable-settings.ts'

type Settings = NonNullable<MailboxSettingsView['settings']>

const states = ['disabled', 'alwaysEnabled', 'scheduled'] as const
const audiences = ['none', 'contactsOnly', 'all'] as const

/** Automatic replies: whether, when, to whom and what. */
export function Replies({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const replies = objectOf(settings['automaticRepliesSetting'])
  const state = states.find((one) => one === replies['status'])
  const audience = audiences.find((one) => one === replies['externalAudience'])
  const moment = (value: unknown) => {
    const { dateTime, timeZone } = objectOf(value)
    const at = textOf(dateTime).slice(0, 19)
    return at ? `${formatWallTime(at)} (${textOf(timeZone) || 'UTC'})` : null
  }
  const isScheduled = state === 'scheduled'
  return (
    <section className={page.card} aria-labelledby="replies">
      <h3 id="replies" className={page.heading}>
        {t('outlook.settings.replies')}
      </h3>
      <FactList
        facts={[
          [
            t('outlook.settings.state'),
            state ? t(`outlook.settings.states.${state}`) : textOf(replies['status']) || '–',
          ],
          [t('outlook.settings.from'), isScheduled && moment(replies['scheduledStartDateTime'])],
          [t('outlook.settings.until'), isScheduled && moment(replies['scheduledEndDateTime'])],
          [t('outlook.settings.audience'), audience && t(`outlook.settings.audiences.${audience}`)],
          [t('outlook.settings.internal'), plainReply(textOf(replies['internalReplyMessage']))],
          [t('outlook.settings.external'), plainReply(textOf(replies['externalReplyMessage']))],
        ]}
      />
    </section>
  )
}

/** Working hours, zone, language. */
export function General({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const hours = objectOf(settings['workingHours'])
  const days = Array.isArray(hours['daysOfWeek']) ? hours['daysOfWeek'].map(textOf) : []
  const clock = (value: unknown) => textOf(value).slice(0, 5)
  const zone = textOf(objectOf(hours['timeZone'])['name'])
  const language = objectOf(settings['language'])
  return (
    <section className={page.card} aria-labelledby="hours">
      <h3 id="hours" className={page.heading}>
        {t('outlook.settings.workingHours')}
      </h3>
      <FactList
        facts={[
          [
            t('outlook.settings.days'),
            days.map((day) => day.slice(0, 1).toUpperCase() + day.slice(1)).join(', '),
          ],
          [
            t('outlook.settings.hours'),
            clock(hours['startTime']) &&
              `${clock(hours['startTime'])} – ${clock(hours['endTime'])}${zone ? ` (${zone})` : ''}`,
          ],
          [t('outlook.settings.timeZone'), textOf(settings['timeZone'])],
          [t('outlook.settings.language'), textOf(language['displayName']) || textOf(language['locale'])],
          [
            t('outlook.settings.dateFormat'),
            [textOf(settings['dateFormat']), textOf(settings['timeFormat'])].filter(Boolean).join('  '),
          ],
          [t('outlook.settings.userPurpose'), textOf(settings['userPurpose'])],
        ]}
      />
    </section>
  )
}

/** Rules in the order in which they run. */
export function Rules({ rules }: { rules: MailboxSettingsView['rules'] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <section className={page.card} aria-labelledby="rules">
      <h3 id="rules" className={page.heading}>
        {t('outlook.settings.rules')}
      </h3>
      {rules.length === 0 && <span className={page.small}>{t('outlook.settings.noRules')}</span>}
      <ol className={page.list}>
        {rules.map((rule, index) => {
          const conditions = ruleParts(rule['conditions'])
          const exceptions = ruleParts(rule['exceptions'])
          return (
            <li key={textOf(rule['id']) || index} className={page.column} style={{ gap: '4px' }}>
              <span className={page.row}>
                <strong>{textOf(rule['displayName']) || '–'}</strong>
                {rule['isEnabled'] === false && (
                  <Badge appearance="outline">{t('outlook.settings.off')}</Badge>
                )}
              </span>
              <FactList
                facts={[
                  [
                    t('outlook.settings.ruleIf'),
                    conditions.length > 0 ? <Lines key="if" of={conditions} /> : t('outlook.settings.always'),
                  ],
                  [
                    t('outlook.settings.ruleUnless'),
                    exceptions.length > 0 && <Lines key="unless" of={exceptions} />,
                  ],
                  [t('outlook.settings.ruleThen'), <Lines key="then" of={ruleParts(rule['actions'])} />],
                ]}
              />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

const useStyles = makeStyles({ badges: { listStyleType: 'none', margin: 0, padding: 0 } })

export function Categories({ categories }: { categories: MailboxSettingsView['categories'] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const names = categories.map(({ displayName }) => textOf(displayName)).filter(Boolean)
  return (
    <section className={page.card} aria-labelledby="categories">
      <h3 id="categories" className={page.heading}>
        {t('outlook.settings.categories')}
      </h3>
      {names.length === 0 ? (
        <span className={page.small}>{t('outlook.settings.noCategories')}</span>
      ) : (
        <ul className={`${page.row} ${styles.badges}`} aria-labelledby="categories">
          {names.map((name) => (
            <li key={name}>
              <Badge appearance="tint" color="brand">
                {name}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

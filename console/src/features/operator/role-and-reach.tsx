import { Checkbox, Field, makeStyles, Radio, RadioGroup } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { OperatorReach, Role } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import { LoadMore, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { organizationsQuery } from '../organization/organization.ts'
import { MailboxChoice } from './mailbox-choice.tsx'
import { roles } from './operator.ts'

const useStyles = makeStyles({
  organizations: {
    flexShrink: 0,
    maxHeight: '320px',
    overflowY: 'auto',
    margin: 0,
    padding: 0,
    border: 0,
    minWidth: 0,
  },
  hint: { display: 'block', maxWidth: '52ch' },
})

export interface RoleAndReach {
  readonly role: Role
  readonly reach: OperatorReach
}

/** Nothing chosen is a mistake more often than a wish. */
export const reachIsEmpty = ({ reach }: RoleAndReach) =>
  reach !== null && (reach.length === 0 || reach.some(({ mailboxIds }) => mailboxIds?.length === 0))

/** What an operator may do, and where. */
export function RoleAndReachFields(props: {
  value: RoleAndReach
  onChange: (value: RoleAndReach) => void
  /** The operator's own role stays as it is. */
  roleFixed?: boolean
  /** Only some roles may be chosen. */
  possible?: readonly Role[]
  /** What 'everything' means here. */
  everything?: string
  /** Only whole organizations can be chosen, whatever the role. */
  wholeOrganizations?: boolean
  tried: boolean
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const { role, reach } = props.value
  const setRole = (chosen: Role) =>
    props.onChange({
      role: chosen,
      reach:
        chosen === 'owner' || reach === null
          ? null
          : chosen === 'restore-operator'
            ? reach
            : reach.map((one) => ({ ...one, mailboxIds: null })),
    })
  return (
    <>
      <Field label={t('operator.role')} required>
        <RadioGroup
          value={role}
          disabled={props.roleFixed}
          onChange={(_, { value }) => setRole(roles.find((one) => one === value) ?? role)}
        >
          {(props.possible ?? roles).map((one) => (
            <Radio
              key={one}
              value={one}
              label={
                <>
                  {t(`operator.roles.${one}`)}
                  <span className={`${page.small} ${styles.hint}`}>{t(`operator.roleTexts.${one}`)}</span>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
      {role === 'owner' ? (
        <p className={page.small} style={{ margin: 0 }}>
          {t('operator.ownersReachAll')}
        </p>
      ) : (
        <Field
          label={t('operator.reach')}
          {...(props.tried && reachIsEmpty(props.value)
            ? { validationMessage: t('operator.chooseOne'), validationState: 'error' as const }
            : {})}
        >
          <RadioGroup
            value={reach === null ? 'everything' : 'chosen'}
            onChange={(_, { value }) => props.onChange({ role, reach: value === 'everything' ? null : [] })}
          >
            <Radio value="everything" label={props.everything ?? t('operator.everything')} />
            <Radio value="chosen" label={t('operator.chosen')} />
          </RadioGroup>
        </Field>
      )}
      {role !== 'owner' && reach !== null && (
        <Organizations
          reach={reach}
          byMailbox={role === 'restore-operator' && props.wholeOrganizations !== true}
          onChange={(next) => props.onChange({ role, reach: next })}
        />
      )}
    </>
  )
}

function Organizations(props: {
  reach: NonNullable<OperatorReach>
  byMailbox: boolean
  onChange: (reach: NonNullable<OperatorReach>) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const organizations = useInfiniteQuery(organizationsQuery)
  const rows = rowsOf(organizations.data)
  return (
    <fieldset aria-label={t('operator.chooseLabel')} className={styles.organizations}>
      <ProblemBar error={organizations.error} onRetry={() => void organizations.refetch()} />
      {organizations.isPending && <Rows count={2} height={24} />}
      {organizations.isSuccess && rows.length === 0 && (
        <p className={page.small}>{t('operator.noOrganizations')}</p>
      )}
      {rows.map(({ id, name, defaultDomain }) => {
        const chosen = props.reach.find(({ organizationId }) => organizationId === id)
        return (
          <div key={id}>
            <Checkbox
              checked={chosen !== undefined}
              label={`${name} (${defaultDomain})`}
              onChange={(_, { checked }) =>
                props.onChange(
                  checked === true
                    ? [...props.reach, { organizationId: id, mailboxIds: null }]
                    : props.reach.filter(({ organizationId }) => organizationId !== id),
                )
              }
            />
            {props.byMailbox && chosen && (
              <MailboxChoice
                organizationId={id}
                organizationName={name}
                chosen={chosen.mailboxIds}
                onChange={(mailboxIds) =>
                  props.onChange(
                    props.reach.map((one) => (one.organizationId === id ? { ...one, mailboxIds } : one)),
                  )
                }
              />
            )}
          </div>
        )
      })}
      <LoadMore query={organizations} />
    </fieldset>
  )
}

import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  SearchBox,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { MoreHorizontalRegular } from '@fluentui/react-icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperatorDetail } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  announce,
  LoadMore,
  PageTitle,
  ProblemBar,
  Rows,
  ScrollRegion,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { ApiTokensCard } from '../api-token/api-tokens-card.tsx'
import { SecondFactorCard } from '../security/second-factor-card.tsx'
import { sessionQuery } from '../session/session.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { operatorsQuery, useChangeOperator, useMay } from './operator.ts'
import { type OperatorAction, OperatorDialog } from './operator-dialogs.tsx'

/** Who works with the server: roles, limits, invitations. */
export function OperatorsPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const [search, setSearch] = useState('')
  const operators = useInfiniteQuery({ ...operatorsQuery(useDeferredValue(search.trim())), staleTime: 0 })
  const [chosen, setChosen] = useState<{ operator: OperatorDetail; action: OperatorAction } | null>(null)
  const { data: session } = useQuery(sessionQuery)
  const rows = rowsOf(operators.data)
  return (
    <div className={page.page}>
      <PageTitle title={t('operator.title')}>{may('operators.manage') && <InviteDialog />}</PageTitle>
      <p className={page.lead}>{t('operator.lead')}</p>
      <section className={page.card} aria-label={t('operator.list')}>
        <SearchBox
          aria-label={t('operator.search')}
          placeholder={t('operator.search')}
          value={search}
          maxLength={120}
          onChange={(_, { value }) => setSearch(value)}
        />
        <ProblemBar error={operators.error} onRetry={() => void operators.refetch()} />
        {operators.isPending && <Rows count={3} height={36} />}
        {operators.isSuccess && rows.length === 0 && <p className={page.lead}>{t('operator.noneFound')}</p>}
        {rows.length > 0 && (
          <OperatorTable
            rows={rows}
            ownId={session?.operator.id}
            onAction={may('operators.manage') ? (operator, action) => setChosen({ operator, action }) : null}
          />
        )}
        <LoadMore query={operators} />
      </section>
      {may('operators.read') && <ApiTokensCard whose="all" mayRevoke={may('operators.manage')} />}
      {may('settings.read') && <SecondFactorCard />}
      <OperatorDialog
        key={`${chosen?.operator.id} ${chosen?.action}`}
        action={chosen?.action ?? null}
        own={chosen?.operator.id === session?.operator.id}
        onClose={() => setChosen(null)}
        {...(chosen ? { operator: chosen.operator } : {})}
      />
    </div>
  )
}

function OperatorTable(props: {
  rows: readonly OperatorDetail[]
  ownId: string | undefined
  onAction: ((operator: OperatorDetail, action: OperatorAction) => void) | null
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { onAction } = props
  return (
    <ScrollRegion name={t('operator.list')}>
      <Table size="small" aria-label={t('operator.list')} style={{ minWidth: 760 }}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{t('operator.name')}</TableHeaderCell>
            <TableHeaderCell>{t('operator.role')}</TableHeaderCell>
            <TableHeaderCell>{t('operator.reach')}</TableHeaderCell>
            <TableHeaderCell>{t('operator.state')}</TableHeaderCell>
            <TableHeaderCell>{t('operator.lastSignIn')}</TableHeaderCell>
            {onAction && <TableHeaderCell style={{ width: 64 }}>{t('operator.actions')}</TableHeaderCell>}
          </TableRow>
        </TableHeader>
        <TableBody>
          {props.rows.map((operator) => (
            <TableRow key={operator.id}>
              <TableCell>
                <div>
                  {operator.displayName}{' '}
                  {operator.id === props.ownId && <Badge appearance="tint">{t('operator.you')}</Badge>}
                </div>
                {operator.displayName !== operator.userName && (
                  <div className={page.small}>{operator.userName}</div>
                )}
              </TableCell>
              <TableCell>{t(`operator.roles.${operator.role}`)}</TableCell>
              <TableCell>
                <ReachText operator={operator} />
              </TableCell>
              <TableCell>
                <StateText operator={operator} />
                <FactorsText operator={operator} />
              </TableCell>
              <TableCell>
                {operator.lastSignInAt ? formatTime(operator.lastSignInAt) : t('common.never')}
              </TableCell>
              {onAction && (
                <TableCell>
                  <Actions
                    operator={operator}
                    own={operator.id === props.ownId}
                    onAction={(action) => onAction(operator, action)}
                  />
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

function ReachText({ operator: { reach } }: { operator: OperatorDetail }) {
  const { t } = useTranslation()
  if (reach === null) return t('operator.everything')
  if (reach.length === 0) return t('operator.nothing')
  const mailboxes = reach.reduce((sum, { mailboxIds }) => sum + (mailboxIds?.length ?? 0), 0)
  const organizations = t('operator.organizations', { count: reach.length })
  return mailboxes === 0
    ? organizations
    : `${organizations}, ${t('operator.someMailboxes', { count: mailboxes })}`
}

function StateText({ operator: { state, linkExpiresAt } }: { operator: OperatorDetail }) {
  const { t } = useTranslation()
  if (state !== 'invited') return t(`operator.states.${state}`)
  return linkExpiresAt !== null && Date.parse(linkExpiresAt) > Date.now()
    ? t('operator.states.invitedUntil', { time: formatTime(linkExpiresAt) })
    : t('operator.states.linkExpired')
}

function FactorsText({ operator: { secondFactors } }: { operator: OperatorDetail }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <div className={page.small}>
      {[
        secondFactors.authenticator && t('security.authenticator'),
        secondFactors.passkeys > 0 && t('security.passkeyCount', { count: secondFactors.passkeys }),
      ]
        .filter(Boolean)
        .join(', ') || t('security.noFactor')}
    </div>
  )
}

function Actions(props: {
  operator: OperatorDetail
  own: boolean
  onAction: (action: OperatorAction) => void
}) {
  const { t } = useTranslation()
  const { operator, own, onAction } = props
  const enable = useChangeOperator()
  const name = operator.displayName
  const disabled = operator.state === 'disabled'
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<MoreHorizontalRegular />}
          aria-label={`${t('operator.actions')}: ${name}`}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => onAction('edit')}>{t('operator.edit')}</MenuItem>
          {!disabled && <MenuItem onClick={() => onAction('link')}>{t('operator.newLink')}</MenuItem>}
          {!own && (operator.secondFactors.authenticator || operator.secondFactors.passkeys > 0) && (
            <MenuItem onClick={() => onAction('factors')}>{t('security.takeOff')}</MenuItem>
          )}
          {!own && !disabled && (
            <MenuItem onClick={() => onAction('disable')}>{t('operator.disable')}</MenuItem>
          )}
          {disabled && (
            <MenuItem
              onClick={() =>
                enable.mutate(
                  { id: operator.id, change: { disabled: false } },
                  { onSuccess: () => announce(t('operator.enabled', { name })) },
                )
              }
            >
              {t('operator.enable')}
            </MenuItem>
          )}
          {!own && <MenuItem onClick={() => onAction('remove')}>{t('operator.remove')}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

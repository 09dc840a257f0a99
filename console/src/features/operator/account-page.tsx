import {
  Badge,
  Button,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnSession } from '../../../../src/contract/index.ts'
import {
  announce,
  Facts,
  PageTitle,
  ProblemBar,
  Rows,
  ScrollRegion,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { ApiTokensCard } from '../api-token/api-tokens-card.tsx'
import { SecurityCard } from '../security/security-card.tsx'
import { PasswordField } from '../session/password-field.tsx'
import { sessionQuery } from '../session/session.ts'
import { IdentityCard } from '../single-sign-on/identity-card.tsx'
import { NewPasswordFields, useNewPassword } from './new-password-fields.tsx'
import { ownSessionsQuery, useChangePassword, useEndSession } from './operator.ts'

/** What an operator does about their own account. */
export function AccountPage() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { data } = useQuery(sessionQuery)
  return (
    <div className={page.page}>
      <PageTitle title={t('operator.account')} />
      <p className={page.lead}>{t('operator.accountLead')}</p>
      {data && (
        <section className={page.card} aria-label={t('operator.account')}>
          <Facts
            facts={[
              [t('operator.name'), data.operator.displayName],
              [t('operator.userName'), data.operator.userName],
              [t('operator.yourRole'), t(`operator.roles.${data.operator.role}`)],
            ]}
          />
        </section>
      )}
      <PasswordCard />
      <SecurityCard />
      <SessionsCard />
      <IdentityCard />
      <ApiTokensCard whose="own" />
    </div>
  )
}

function PasswordCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [password, setPassword] = useState('')
  const chosen = useNewPassword()
  const change = useChangePassword()
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!chosen.check() || password === '') return
    change.mutate(
      { password, newPassword: chosen.password },
      {
        onSuccess: () => {
          setPassword('')
          chosen.clear()
          announce(t('operator.passwordChanged'))
        },
      },
    )
  }
  return (
    <section className={page.card} aria-labelledby="change-password">
      <h2 id="change-password" className={page.heading}>
        {t('operator.changePassword')}
      </h2>
      <form onSubmit={submit} className={page.column} style={{ maxWidth: 440 }} noValidate>
        <ProblemBar error={change.error} />
        <PasswordField
          label={t('operator.currentPassword')}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <NewPasswordFields label={t('operator.newPassword')} {...chosen.fields} />
        <div>
          <Button type="submit" appearance="primary" disabledFocusable={change.isPending}>
            {t('operator.changePassword')}
          </Button>
        </div>
      </form>
    </section>
  )
}

function SessionsCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const sessions = useQuery({ ...ownSessionsQuery, staleTime: 0 })
  const end = useEndSession()
  const kindOf = (session: OwnSession) => t(`operator.kinds.${session.kind}`)
  return (
    <section className={page.card} aria-labelledby="sessions">
      <h2 id="sessions" className={page.heading}>
        {t('operator.sessions')}
      </h2>
      <ProblemBar error={sessions.error ?? end.error} onRetry={() => void sessions.refetch()} />
      {sessions.isPending && <Rows count={2} height={32} />}
      {sessions.data && (
        <ScrollRegion name={t('operator.sessions')}>
          <Table size="small" aria-label={t('operator.sessions')} style={{ minWidth: 620 }}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t('operator.sessionKind')}</TableHeaderCell>
                <TableHeaderCell>{t('operator.started')}</TableHeaderCell>
                <TableHeaderCell>{t('operator.lastSeen')}</TableHeaderCell>
                <TableHeaderCell>{t('operator.ends')}</TableHeaderCell>
                <TableHeaderCell>{t('operator.actions')}</TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {sessions.data.items.map((session) => (
                <TableRow key={session.id}>
                  <TableCell>{kindOf(session)}</TableCell>
                  <TableCell>{formatTime(session.createdAt)}</TableCell>
                  <TableCell>{formatTime(session.lastSeenAt)}</TableCell>
                  <TableCell>{formatTime(session.expiresAt)}</TableCell>
                  <TableCell>
                    {session.current ? (
                      <Badge appearance="tint">{t('operator.thisOne')}</Badge>
                    ) : (
                      <Button
                        size="small"
                        disabledFocusable={end.isPending}
                        aria-label={t('operator.endNamed', {
                          kind: kindOf(session),
                          time: formatTime(session.createdAt),
                        })}
                        onClick={() =>
                          end.mutate(session.id, { onSuccess: () => announce(t('operator.ended')) })
                        }
                      >
                        {t('operator.end')}
                      </Button>
                    )}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
    </section>
  )
}

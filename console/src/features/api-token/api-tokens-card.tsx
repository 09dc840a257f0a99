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
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiTokenView } from '../../../../src/contract/index.ts'
import { rowsOf } from '../../api/pages.ts'
import {
  announce,
  ConfirmDialog,
  LoadMore,
  ProblemBar,
  Rows,
  ScrollRegion,
  usePageStyles,
} from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { apiTokensQuery, useRevokeApiToken, type Whose } from './api-token.ts'
import { CreateTokenDialog } from './create-token-dialog.tsx'

/** Tokens for scripts: one's own, to make and revoke, or those of all operators. */
export function ApiTokensCard({ whose, mayRevoke = true }: { whose: Whose; mayRevoke?: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const tokens = useInfiniteQuery({ ...apiTokensQuery(whose), staleTime: 0 })
  const [chosen, setChosen] = useState<ApiTokenView | null>(null)
  const rows = rowsOf(tokens.data)
  return (
    <section className={page.card} aria-labelledby="api-tokens">
      <h2 id="api-tokens" className={page.heading}>
        {t('apiToken.title')}
      </h2>
      <p className={page.lead}>{t(whose === 'own' ? 'apiToken.lead' : 'apiToken.leadAll')}</p>
      <ProblemBar error={tokens.error} onRetry={() => void tokens.refetch()} />
      {tokens.isPending && <Rows count={2} height={32} />}
      {tokens.isSuccess && rows.length === 0 && <p className={page.small}>{t('apiToken.none')}</p>}
      {rows.length > 0 && (
        <ScrollRegion name={t('apiToken.title')}>
          <Table size="small" aria-label={t('apiToken.title')} style={{ minWidth: 720 }}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t('apiToken.name')}</TableHeaderCell>
                {whose === 'all' && <TableHeaderCell>{t('apiToken.operator')}</TableHeaderCell>}
                <TableHeaderCell>{t('operator.role')}</TableHeaderCell>
                <TableHeaderCell>{t('operator.reach')}</TableHeaderCell>
                <TableHeaderCell>{t('apiToken.lastUsed')}</TableHeaderCell>
                <TableHeaderCell>{t('apiToken.ends')}</TableHeaderCell>
                {mayRevoke && <TableHeaderCell>{t('operator.actions')}</TableHeaderCell>}
              </TableRow>
            </TableHeader>
            <TableBody>
              {rows.map((token) => (
                <TokenRow
                  key={token.id}
                  token={token}
                  whose={whose}
                  onRevoke={mayRevoke ? () => setChosen(token) : null}
                />
              ))}
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
      <LoadMore query={tokens} />
      {whose === 'own' && (
        <div>
          <CreateTokenDialog />
        </div>
      )}
      {chosen && <RevokeDialog token={chosen} whose={whose} onClose={() => setChosen(null)} />}
    </section>
  )
}

function TokenRow(props: { token: ApiTokenView; whose: Whose; onRevoke: (() => void) | null }) {
  const { t } = useTranslation()
  const { token, whose, onRevoke } = props
  return (
    <TableRow>
      <TableCell style={{ overflowWrap: 'anywhere' }}>{token.name}</TableCell>
      {whose === 'all' && <TableCell>{token.operator.displayName}</TableCell>}
      <TableCell>{t(`operator.roles.${token.role}`)}</TableCell>
      <TableCell>
        {token.organizationIds === null
          ? t('apiToken.asOperator')
          : t('operator.organizations', { count: token.organizationIds.length })}
      </TableCell>
      <TableCell>{token.lastUsedAt ? formatTime(token.lastUsedAt) : t('common.never')}</TableCell>
      <TableCell>
        {formatTime(token.expiresAt)}{' '}
        {token.expired && (
          <Badge appearance="tint" color="warning">
            {t('apiToken.expired')}
          </Badge>
        )}
      </TableCell>
      {onRevoke && (
        <TableCell>
          <Button
            size="small"
            aria-label={t('apiToken.revokeNamed', { name: token.name })}
            onClick={onRevoke}
          >
            {t('apiToken.revoke')}
          </Button>
        </TableCell>
      )}
    </TableRow>
  )
}

function RevokeDialog(props: { token: ApiTokenView; whose: Whose; onClose: () => void }) {
  const { t } = useTranslation()
  const { token, whose, onClose } = props
  const revoke = useRevokeApiToken(whose)
  const { name } = token
  return (
    <ConfirmDialog
      title={t('apiToken.revokeTitle', { name })}
      text={t('apiToken.revokeText')}
      confirm={t('apiToken.revoke')}
      busy={revoke.isPending}
      error={revoke.error}
      onClose={onClose}
      onConfirm={() =>
        revoke.mutate(token.id, {
          onSuccess: () => {
            announce(t('apiToken.revoked', { name }))
            onClose()
          },
        })
      }
    />
  )
}

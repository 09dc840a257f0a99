import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ResticAccessView } from '../../../../src/contract/index.ts'
import { announce, Facts, ProblemBar, Rows, ScrollRegion, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { GiveAccessDialog } from './give-access-dialog.tsx'
import { resticAccessesQuery, useRevokeAccess } from './restic-access.ts'

/** Who may read the repository with stock restic through this server. */
export function ResticAccessCard({ organizationId }: { organizationId: string }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const list = useQuery(resticAccessesQuery(organizationId))
  const [leaving, setLeaving] = useState<ResticAccessView | null>(null)
  return (
    <section className={page.card} aria-labelledby="restic">
      <h2 id="restic" className={page.heading}>
        {t('restic.title')}
      </h2>
      <p className={page.lead}>{t('restic.lead')}</p>
      <ProblemBar error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Rows count={1} height={40} />}
      {list.data && (
        <>
          <Facts
            wide
            facts={[
              [
                t('restic.address'),
                <span key="a" className={page.mono}>
                  {`rest:${list.data.address}`}
                </span>,
              ],
            ]}
          />
          {list.data.items.length === 0 ? (
            <p className={page.lead}>{t('restic.none')}</p>
          ) : (
            <AccessTable items={list.data.items} onRevoke={setLeaving} />
          )}
          <div>
            <GiveAccessDialog organizationId={organizationId} />
          </div>
        </>
      )}
      <RevokeDialog organizationId={organizationId} access={leaving} onClose={() => setLeaving(null)} />
    </section>
  )
}

function AccessTable(props: {
  items: readonly ResticAccessView[]
  onRevoke: (access: ResticAccessView) => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  return (
    <ScrollRegion name={t('restic.list')}>
      <Table size="small" aria-label={t('restic.list')} style={{ minWidth: 620 }}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{t('restic.for')}</TableHeaderCell>
            <TableHeaderCell>{t('restic.user')}</TableHeaderCell>
            <TableHeaderCell>{t('restic.created')}</TableHeaderCell>
            <TableHeaderCell>{t('restic.lastUsed')}</TableHeaderCell>
            <TableHeaderCell>{t('restic.actions')}</TableHeaderCell>
          </TableRow>
        </TableHeader>
        <TableBody>
          {props.items.map((access) => (
            <TableRow key={access.id}>
              <TableCell>{access.label}</TableCell>
              <TableCell className={page.mono}>{access.userName}</TableCell>
              <TableCell>{formatTime(access.createdAt)}</TableCell>
              <TableCell>{access.lastUsedAt ? formatTime(access.lastUsedAt) : t('common.never')}</TableCell>
              <TableCell>
                <Button
                  size="small"
                  icon={<DismissRegular />}
                  aria-label={t('restic.revokeNamed', { name: access.label })}
                  onClick={() => props.onRevoke(access)}
                >
                  {t('restic.revoke')}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

function RevokeDialog(props: {
  organizationId: string
  access: ResticAccessView | null
  onClose: () => void
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const revoke = useRevokeAccess(props.organizationId)
  const { access } = props
  const close = () => {
    revoke.reset()
    props.onClose()
  }
  function confirm() {
    if (!access) return
    revoke.mutate(access.id, {
      onSuccess: () => {
        announce(t('restic.revoked', { name: access.label }))
        close()
      },
    })
  }
  return (
    <Dialog open={access !== null} onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('restic.revokeTitle')}</DialogTitle>
          <DialogContent className={page.dialog}>
            <ProblemBar error={revoke.error} />
            <p className={page.lead}>
              {access && t('restic.revokeText', { name: access.label, user: access.userName })}
            </p>
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={revoke.isPending} onClick={confirm}>
              {t('restic.revoke')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

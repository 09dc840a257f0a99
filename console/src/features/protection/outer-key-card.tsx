import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { KeyResetRegular } from '@fluentui/react-icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SecretsStatus } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { announce, ConfirmDialog, Facts, ProblemBar, Rows, usePageStyles } from '../../elements/index.ts'
import { formatShortTime } from '../../format/format.ts'
import { useMay } from '../operator/operator.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'

const secretsQuery = queryOptions({
  queryKey: keys.secrets,
  queryFn: ({ signal }) => api.get<SecretsStatus>('/secrets', { signal }),
  refetchInterval: (query) => (query.state.data?.rotation ? 2000 : false),
})

/** The key that seals what the database holds, and its rotation. */
export function OuterKeyCard() {
  const { t } = useTranslation()
  const page = usePageStyles()
  const may = useMay()
  const { data: status, error, refetch } = useQuery(secretsQuery)
  return (
    <section className={page.card} aria-labelledby="outer-key">
      <h2 id="outer-key" className={page.heading}>
        {t('protection.keyHeading')}
      </h2>
      <p className={page.lead}>{t('protection.keyText')}</p>
      <ProblemBar error={error} onRetry={() => void refetch()} />
      {!status && !error && <Rows count={2} height={32} />}
      {status && (
        <>
          <Facts
            wide
            facts={[
              [
                t('protection.keyId'),
                <span key="id" className={page.mono}>
                  {status.key.id}
                </span>,
              ],
              [t('protection.keySource'), status.key.source],
              [t('protection.keySince'), formatShortTime(status.key.since)],
              [t('protection.sealed'), t('protection.secrets', { count: status.values })],
            ]}
          />
          {status.rotation && (
            <MessageBar intent="info" layout="multiline">
              <MessageBarBody>
                {t('protection.rotating', { count: status.rotation.valuesLeft })}
              </MessageBarBody>
            </MessageBar>
          )}
          {may('vault.secrets') &&
            (status.rotatedByServer ? (
              <RotateKey running={status.rotation !== null} />
            ) : (
              <p className={page.small}>{t('protection.rotateElsewhere')}</p>
            ))}
        </>
      )}
    </section>
  )
}

function RotateKey({ running }: { running: boolean }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { proof, clear, fields } = useProof()
  const rotate = useMutation({
    mutationFn: () => api.post<SecretsStatus>('/secrets/rotation', { proof }),
    onSettled: clear,
    onSuccess: (status) => {
      client.setQueryData(keys.secrets, status)
      // The kit of before names another key.
      void client.invalidateQueries({ queryKey: keys.session })
      announce(t('protection.rotationBegun'))
    },
  })
  return (
    <div>
      <ConfirmDialog
        title={t('protection.rotateTitle')}
        text={t('protection.rotateText')}
        confirm={t('protection.rotate')}
        incomplete={proof === null}
        busy={rotate.isPending}
        error={rotate.error}
        trigger={
          <Button icon={<KeyResetRegular />} disabledFocusable={running}>
            {t('protection.rotate')}
          </Button>
        }
        {...(rotate.isSuccess && { result: <p>{t('protection.rotationResult')}</p> })}
        onConfirm={() => rotate.mutate()}
        onClose={() => {
          rotate.reset()
          clear()
        }}
      >
        <ProofField {...fields} />
      </ConfirmDialog>
    </div>
  )
}

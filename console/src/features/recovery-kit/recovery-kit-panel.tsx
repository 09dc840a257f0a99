import { Button, Checkbox, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, EyeOffRegular, EyeRegular, PrintRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecoveryKit, SessionView } from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { downloadText } from '../../format/download-text.ts'

const useStyles = makeStyles({
  text: {
    margin: 0,
    padding: '16px',
    overflow: 'auto',
    maxHeight: '420px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    '@media print': { maxHeight: 'none', backgroundColor: 'transparent', color: '#000' },
  },
})

/** Show, download, print and confirm. The kit is fetched when asked for and leaves the memory with the page. */
export function RecoveryKitPanel({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const styles = useStyles()
  const page = usePageStyles()
  const client = useQueryClient()
  const [shown, setShown] = useState(false)
  const [stored, setStored] = useState(false)
  const kit = useQuery({
    queryKey: keys.recoveryKit,
    queryFn: ({ signal }) => api.get<RecoveryKit>('/recovery-kit', { signal }),
    enabled: false,
    gcTime: 0,
  })
  const confirm = useMutation({
    mutationFn: () => api.post('/recovery-kit/confirm'),
    onSuccess: () => {
      client.setQueryData<SessionView | null>(keys.session, (session) =>
        session ? { ...session, recoveryKitConfirmed: true } : session,
      )
      announce(t('kit.confirmed'))
      onDone()
    },
  })
  const load = async () => kit.data ?? (await kit.refetch()).data

  return (
    <div className={page.column}>
      <MessageBar intent="warning" layout="multiline" data-print="hidden">
        <MessageBarBody>{t('kit.secret')}</MessageBarBody>
      </MessageBar>
      <ProblemBar error={kit.error ?? confirm.error} />
      <div className={page.row} data-print="hidden">
        <Button
          icon={shown ? <EyeOffRegular /> : <EyeRegular />}
          onClick={() => void load().then((data) => setShown(data !== undefined && !shown))}
          aria-expanded={shown}
        >
          {shown ? t('kit.hide') : t('kit.show')}
        </Button>
        <Button
          icon={<ArrowDownloadRegular />}
          onClick={() =>
            void load().then((data) => data && downloadText('bdrcloud-recovery-kit.txt', data.text))
          }
        >
          {t('kit.download')}
        </Button>
        <Button
          icon={<PrintRegular />}
          onClick={() =>
            void load().then((data) => {
              if (!data) return
              setShown(true)
              // After React has drawn the text that is to be printed.
              setTimeout(() => window.print(), 100)
            })
          }
        >
          {t('kit.print')}
        </Button>
      </div>
      {shown && kit.data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className={styles.text} tabIndex={0} aria-label={t('kit.text')}>
          {kit.data.text}
        </section>
      )}
      <Checkbox
        data-print="hidden"
        checked={stored}
        onChange={(_, data) => setStored(data.checked === true)}
        label={t('kit.stored')}
      />
      <div className={page.row} data-print="hidden">
        <Button
          appearance="primary"
          disabledFocusable={!stored || confirm.isPending}
          onClick={() => confirm.mutate()}
        >
          {t('kit.confirm')}
        </Button>
        <Button appearance="subtle" onClick={onDone}>
          {t('kit.later')}
        </Button>
      </div>
    </div>
  )
}

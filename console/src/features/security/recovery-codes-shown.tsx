import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../../elements/index.ts'
import { downloadText } from '../../format/download-text.ts'

/** The recovery codes, this once: to be copied, downloaded or printed. */
export function RecoveryCodesShown({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('security.codesShownOnce')}</MessageBarBody>
      </MessageBar>
      <CommandBlock name={t('security.recoveryCodes')} text={t('security.codesText')} lines={codes} />
      <div>
        <Button
          icon={<ArrowDownloadRegular />}
          onClick={() => downloadText('bdrcloud-recovery-codes.txt', `${codes.join('\n')}\n`)}
        >
          {t('security.download')}
        </Button>
      </div>
    </>
  )
}

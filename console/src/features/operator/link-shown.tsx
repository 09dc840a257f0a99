import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OperatorLink } from '../../../../src/contract/index.ts'
import { CopyField } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'

/** The link by which an operator chooses a password; it is shown this once. */
export function LinkShown({ made }: { made: OperatorLink }) {
  const { t } = useTranslation()
  const name = made.operator.displayName
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('operator.linkText', { name, time: formatTime(made.expiresAt) })}</MessageBarBody>
      </MessageBar>
      <CopyField name={t('operator.link')} value={made.address} />
    </>
  )
}

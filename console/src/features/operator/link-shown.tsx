import { Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import type { OperatorLink } from '../../../../src/contract/index.ts'
import { CopyButton, usePageStyles } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'

/** The link by which an operator chooses a password; it is shown this once. */
export function LinkShown({ made }: { made: OperatorLink }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const name = made.operator.displayName
  return (
    <>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('operator.linkText', { name, time: formatTime(made.expiresAt) })}</MessageBarBody>
      </MessageBar>
      <div className={page.row} style={{ alignItems: 'flex-end' }}>
        <Field label={t('operator.link')} style={{ flexGrow: 1, minWidth: 180 }}>
          <Input readOnly value={made.address} />
        </Field>
        <CopyButton value={made.address} name={t('operator.link')} />
      </div>
    </>
  )
}

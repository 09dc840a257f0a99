import { Button, Field } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useTranslation } from 'react-i18next'
import { BusyMark, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatDate } from '../../format/format.ts'
import type { useMakeCertificate } from './credential.ts'

/** The public part of a key pair made on the server, to be uploaded in the portal before it is put into use. */
export function UploadedCertificate(props: {
  make: ReturnType<typeof useMakeCertificate>
  missing: boolean
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { make, missing } = props
  const made = make.data
  return (
    <div className={page.column} style={{ alignItems: 'flex-start' }}>
      {made && (
        <Facts
          wide
          facts={[
            [t('onboarding.thumbprint'), made.thumbprintSha1],
            [t('onboarding.expires'), formatDate(made.expiresAt)],
          ]}
        />
      )}
      <ProblemBar error={make.error} />
      {made ? (
        <Button icon={<ArrowDownloadRegular />} onClick={() => saveText('bdrcloud.cer', made.certificatePem)}>
          {t('onboarding.certificateDownload')}
        </Button>
      ) : (
        <Field validationMessage={missing ? t('onboarding.certificateNotMade') : undefined}>
          <Button
            appearance="primary"
            icon={make.isPending ? <BusyMark /> : undefined}
            disabledFocusable={make.isPending}
            onClick={() => make.mutate()}
          >
            {t('onboarding.certificateMake')}
          </Button>
        </Field>
      )}
    </div>
  )
}

function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-x509-ca-cert' }))
  const anchor = document.createElement('a')
  anchor.href = address
  anchor.download = name
  anchor.click()
  URL.revokeObjectURL(address)
}

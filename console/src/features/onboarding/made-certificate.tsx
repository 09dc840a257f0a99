import { Button, Field, Link, Select } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OnboardingView } from '../../../../src/contract/index.ts'
import { BusyMark, Facts, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { formatDate } from '../../format/format.ts'
import { certificateAddress, useMakeCertificate } from './onboarding.ts'

/** Lives that can be chosen, in days; a policy of the organization may want a short one. */
const lives = [365, 180, 90, 30]

/** A key pair made on the server: the private key stays there, the public part is downloaded and uploaded in the portal. */
export function MadeCertificate({ view, missing }: { view: OnboardingView; missing: boolean }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const make = useMakeCertificate(view.id)
  const [days, setDays] = useState(365)
  const isMade = view.completion?.certificateOrigin === 'made-here'
  return (
    <div className={page.column}>
      {isMade && <KeptCertificate view={view} />}
      <ProblemBar error={make.error} />
      <div className={page.column} style={{ alignItems: 'flex-start' }}>
        <Field
          label={t('onboarding.certificateLife')}
          hint={t('onboarding.certificateLifeHint')}
          validationMessage={missing && !isMade ? t('onboarding.certificateNotMade') : undefined}
        >
          <Select value={String(days)} onChange={(_, data) => setDays(Number(data.value))}>
            {lives.map((life) => (
              <option key={life} value={life}>
                {t('onboarding.days', { count: life })}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          appearance={isMade ? 'secondary' : 'primary'}
          icon={make.isPending ? <BusyMark /> : undefined}
          disabledFocusable={make.isPending}
          onClick={() => make.mutate({ days, replace: isMade })}
        >
          {isMade ? t('onboarding.certificateAgain') : t('onboarding.certificateMake')}
        </Button>
      </div>
    </div>
  )
}

/** What is known of the certificate that the server keeps. */
export function KeptCertificate({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const { completion } = view
  if (!completion) return null
  return (
    <div className={page.column}>
      <Facts
        wide
        facts={[
          [t('onboarding.thumbprint'), completion.certificateThumbprintSha1 ?? ''],
          [t('onboarding.expires'), formatDate(completion.credentialExpiresAt)],
        ]}
      />
      <div className={page.row}>
        <ArrowDownloadRegular aria-hidden />
        <Link href={certificateAddress(view.id)} download>
          {t('onboarding.certificateDownload')}
        </Link>
      </div>
    </div>
  )
}

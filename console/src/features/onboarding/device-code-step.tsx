import {
  Button,
  Checkbox,
  Link,
  MessageBar,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { ArrowClockwiseRegular } from '@fluentui/react-icons'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceCodeView, OnboardingView } from '../../../../src/contract/index.ts'
import { announce, BusyMark, CopyButton, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { ChosenCard } from './chosen-card.tsx'
import { minutesAndSeconds, useCountdown } from './countdown.ts'
import { ErrorLookUp } from './error-look-up.tsx'
import { useDeviceCode, useDeviceCodeCheck, useOnboardingStep } from './onboarding.ts'

const useStyles = makeStyles({
  code: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeHero800,
    lineHeight: tokens.lineHeightHero800,
    fontWeight: tokens.fontWeightSemibold,
    letterSpacing: '0.12em',
    overflowWrap: 'anywhere',
  },
  list: { margin: 0, paddingInlineStart: '20px', display: 'flex', flexDirection: 'column', gap: '12px' },
})

/** 'Step 2: BDRCloud Server Authorization' of the Device Code Process. */
export function DeviceCodeStep({ view }: { view: OnboardingView }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const renew = useDeviceCode(view.id)
  const check = useDeviceCodeCheck(view.id)
  const cancel = useOnboardingStep(view.id, 'cancel')
  const code = view.deviceCode
  // The onboarding's own error says the same as the answer to the request that failed.
  const error = renew.error && !view.error ? renew.error : cancel.error
  return (
    <>
      <section className={page.card} aria-labelledby="device-code">
        <h2 id="device-code" className={page.heading}>
          {t('onboarding.codeHeading')}
        </h2>
        <p className={page.lead}>{t('onboarding.codeText')}</p>
        {code ? <ShownCode key={code.userCode} code={code} check={check} /> : null}
        {!code && !renew.isPending && <p className={page.lead}>{t('onboarding.noCode')}</p>}
        <ProblemBar error={error} />
        <div className={page.row}>
          <Button
            appearance={code ? 'secondary' : 'primary'}
            icon={renew.isPending ? <BusyMark /> : <ArrowClockwiseRegular />}
            disabledFocusable={renew.isPending || code?.accepted === true}
            onClick={() => renew.mutate()}
          >
            {t('onboarding.newCode')}
          </Button>
          <Button
            appearance="subtle"
            aria-label={t('onboarding.cancelOnboarding')}
            disabledFocusable={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t('onboarding.cancel')}
          </Button>
        </div>
      </section>
      <ErrorLookUp />
      <ChosenCard view={view} />
    </>
  )
}

/** The code, where to enter it, how long it lasts, and the box that looks at once. */
export function ShownCode({
  code,
  check,
}: {
  code: DeviceCodeView
  /** Looks at once whether somebody has signed in. */
  check: { mutate: () => void; isPending: boolean; isSuccess: boolean; error: unknown }
}) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const styles = useStyles()
  const seconds = useCountdown(code.expiresAt)
  const { userCode } = code
  useEffect(() => {
    // Letter by letter: read as a word nobody could type it.
    announce(t('onboarding.codeShown', { code: userCode.split('').join(' ') }))
  }, [userCode, t])
  const waiting = check.isPending || code.accepted
  return (
    <>
      <ol className={styles.list}>
        <li>
          {t('onboarding.codeStep1')}
          <div className={page.row}>
            <span className={styles.code} data-testid="user-code">
              {userCode}
            </span>
            <CopyButton value={userCode} name={t('onboarding.code')} />
          </div>
          <span className={page.small}>
            {seconds === null
              ? t('onboarding.codeOver')
              : t('onboarding.codeLasts', { time: minutesAndSeconds(seconds) })}
          </span>
        </li>
        <li>
          {t('onboarding.codeStep2')}
          <div className={page.row}>
            <Link href={code.verificationAddress} target="_blank" rel="noopener noreferrer">
              {code.verificationAddress}
            </Link>
            <CopyButton value={code.verificationAddress} name={t('onboarding.codeAddress')} />
          </div>
        </li>
        <li>{t('onboarding.codeStep3')}</li>
      </ol>
      <Checkbox
        label={t('onboarding.codeDone')}
        checked={waiting}
        disabled={waiting}
        onChange={() => check.mutate()}
      />
      <div aria-live="polite">
        {waiting ? (
          <MessageBar intent="info" layout="multiline" icon={<BusyMark />}>
            <MessageBarBody>
              {code.accepted ? t('onboarding.codeAccepted') : t('onboarding.codeChecking')}
            </MessageBarBody>
          </MessageBar>
        ) : (
          check.isSuccess && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{t('onboarding.codePending')}</MessageBarBody>
            </MessageBar>
          )
        )}
        {code.notice && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              {code.notice} {t('onboarding.codeGoesOn')}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      <ProblemBar error={check.error} />
    </>
  )
}

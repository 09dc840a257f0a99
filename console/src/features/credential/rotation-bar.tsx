import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { CredentialRotationView } from '../../../../src/contract/index.ts'
import { announce, BusyMark, ProblemBar, SentenceList } from '../../elements/index.ts'
import { formatTime } from '../../format/format.ts'
import { useCountdown } from '../onboarding/countdown.ts'
import { canBeCancelled, isOver, useCancelRotation } from './credential.ts'

/** The rotation as it goes: what it does, why it waits, until when; afterwards what is left to tell. */
export function RotationBar(props: { organizationId: string; rotation: CredentialRotationView }) {
  const { t } = useTranslation()
  const { rotation } = props
  const { state, detail, nextTryAt, notice, leftovers } = rotation
  const cancel = useCancelRotation(props.organizationId)
  const seconds = useCountdown(nextTryAt)
  const text = t(`manage.rotations.${state}`)
  const said = useRef(state)
  useEffect(() => {
    if (said.current === state) return
    said.current = state
    announce(text)
  }, [state, text])
  const over = isOver(rotation)
  const intent = state === 'finished' ? 'success' : over ? 'warning' : 'info'
  return (
    <>
      <MessageBar intent={intent} layout="multiline" {...(!over && { icon: <BusyMark /> })}>
        <MessageBarBody style={{ paddingBottom: 8 }}>
          {text} {detail} {notice}{' '}
          {!over &&
            nextTryAt &&
            (seconds !== null && seconds < 120
              ? t('onboarding.nextTry', { seconds })
              : seconds !== null && t('manage.rotationNext', { time: formatTime(nextTryAt) }))}
          {leftovers.length > 0 && <SentenceList label={t('manage.leftovers')} sentences={leftovers} />}
        </MessageBarBody>
        {canBeCancelled(rotation) && (
          <MessageBarActions>
            <Button disabledFocusable={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('manage.rotationStop')}
            </Button>
          </MessageBarActions>
        )}
      </MessageBar>
      <ProblemBar error={cancel.error ?? rotation.error} />
    </>
  )
}

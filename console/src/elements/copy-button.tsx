import { Button, Tooltip } from '@fluentui/react-components'
import { CheckmarkRegular, CopyRegular, DismissRegular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from './announcer.tsx'

/** Some browsers without a clipboard never answer. */
function withinSeconds(seconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), seconds * 1000)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Copies a text, or what `value` fetches at the moment of the click. `name` says what is copied, for screen readers. */
export function CopyButton(props: {
  value: string | (() => Promise<string | null>)
  name: string
  label?: string
}) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), outcome === 'copied' ? 2_500 : 8_000)
    return () => clearTimeout(timer)
  }, [outcome])

  async function copy() {
    const text = typeof props.value === 'string' ? props.value : await props.value()
    if (text === null) return
    await withinSeconds(3, navigator.clipboard.writeText(text))
    setOutcome('copied')
    announce(t('common.copied', { name: props.name }))
  }
  function fail() {
    setOutcome('failed')
    announce(t('common.copyFailed'))
  }
  const label = props.label ?? t('common.copy')
  const looks = {
    ready: { icon: <CopyRegular />, text: label },
    copied: { icon: <CheckmarkRegular />, text: t('common.copiedShort') },
    failed: { icon: <DismissRegular />, text: t('common.notCopied') },
  }[outcome ?? 'ready']
  return (
    <Tooltip content={t('common.copyFailed')} relationship="inaccessible" visible={outcome === 'failed'}>
      <Button
        icon={looks.icon}
        onClick={() => void copy().catch(fail)}
        aria-label={`${looks.text}: ${props.name}`}
        style={{ flexShrink: 0 }}
      >
        {looks.text}
      </Button>
    </Tooltip>
  )
}

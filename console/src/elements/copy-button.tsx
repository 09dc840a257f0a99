import { Button } from '@fluentui/react-components'
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from './announcer.tsx'

/** Copies a text, or what `value` fetches at the moment of the click. `name` says what is copied, for screen readers. */
export function CopyButton(props: {
  value: string | (() => Promise<string | null>)
  name: string
  label?: string
}) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2500)
    return () => clearTimeout(timer)
  }, [copied])

  async function copy() {
    const text = typeof props.value === 'string' ? props.value : await props.value()
    if (text === null) return
    await navigator.clipboard.writeText(text)
    setCopied(true)
    announce(t('common.copied', { name: props.name }))
  }
  return (
    <Button
      icon={copied ? <CheckmarkRegular /> : <CopyRegular />}
      onClick={() => void copy().catch(() => announce(t('common.copyFailed')))}
      aria-label={`${props.label ?? t('common.copy')}: ${props.name}`}
    >
      {copied ? t('common.copiedShort') : (props.label ?? t('common.copy'))}
    </Button>
  )
}

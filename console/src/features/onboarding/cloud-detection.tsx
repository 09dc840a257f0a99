import { Field, Input, Spinner } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../../api/problem.ts'
import { announce } from '../../elements/index.ts'
import { KnownBackups } from '../removal/known-backups.tsx'
import { detectedCloudQuery } from './onboarding.ts'

/** Asked for once nobody has typed for this long, in milliseconds. */
const pause = 500

/** A domain of the organization, from which the cloud is found out and chosen. Optional: the choice below stays free. */
export function CloudDetection({ onDetected }: { onDetected: (cloud: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [domain, setDomain] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setDomain(typed.trim().toLowerCase()), pause)
    return () => clearTimeout(timer)
  }, [typed])
  const { data, error, isFetching } = useQuery(detectedCloudQuery(domain))
  const isCurrent = domain === typed.trim().toLowerCase()
  useEffect(() => {
    if (!data) return
    if (data.cloud) onDetected(data.cloud)
    announce(data.explanation)
  }, [data, onDetected])
  const problem = error ? problemOf(error) : undefined
  return (
    <>
      <Field
        label={t('onboarding.domain')}
        hint={t('onboarding.domainHint')}
        validationState={
          !isCurrent || isFetching ? 'none' : problem ? 'error' : data?.cloud ? 'success' : 'warning'
        }
        validationMessage={
          !isCurrent ? undefined : isFetching ? (
            <Spinner size="extra-tiny" label={t('onboarding.domainAsking')} labelPosition="after" />
          ) : problem ? (
            `${problem.title} ${problem.detail}`
          ) : (
            data?.explanation
          )
        }
      >
        <Input
          value={typed}
          maxLength={320}
          autoComplete="off"
          spellCheck={false}
          onChange={(_, data) => setTyped(data.value)}
        />
      </Field>
      {isCurrent && <KnownBackups tenantId={data?.tenantId} />}
    </>
  )
}

/**
 * Proving again who one is, for dangerous actions: the one field for it. It asks for what the server takes from this operator
 * (`proof` of the session), and gives what the request's `proof` is to be.
 */
import { Field, Input } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperatorProof, ProofWays } from '../../../../src/contract/index.ts'
import { PasswordField } from './password-field.tsx'
import { sessionQuery } from './session.ts'

const nothing: ProofWays = { password: true, code: false, both: false, freshSignIn: false }

/** `proof` is null until everything is filled in; `clear` forgets it. */
export function useProof() {
  const { data } = useQuery(sessionQuery)
  const ways = data?.proof ?? nothing
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const asksCode = ways.both || (ways.code && !ways.password)
  const isComplete = (!ways.password || password !== '') && (!asksCode || code.trim().length >= 6)
  const proof: OperatorProof = {
    ...(ways.password && { password }),
    ...(asksCode && { code: code.trim() }),
  }
  return {
    proof: isComplete ? proof : null,
    clear: () => {
      setPassword('')
      setCode('')
    },
    fields: { ways, asksCode, password, setPassword, code, setCode },
  }
}

/** Put it into the form of the action, with `fields` of `useProof`. */
export function ProofField(
  props: ReturnType<typeof useProof>['fields'] & { hint?: string; error?: string | undefined },
) {
  const { t } = useTranslation()
  const { ways, asksCode } = props
  return (
    <>
      {ways.password && (
        <PasswordField
          label={t('security.yourPassword')}
          hint={props.hint ?? t('security.yourPasswordHint')}
          value={props.password}
          onChange={props.setPassword}
          autoComplete="current-password"
          error={props.error}
        />
      )}
      {asksCode && (
        <Field label={t('security.code')} hint={t('security.codeHint')} required>
          <Input
            value={props.code}
            autoComplete="one-time-code"
            maxLength={40}
            onChange={(_, data) => props.setCode(data.value)}
          />
        </Field>
      )}
      {ways.freshSignIn && <p>{t('security.freshSignIn')}</p>}
    </>
  )
}

/**
 * Proving again who one is, for dangerous actions: the one field for it. It asks for what the server takes from this operator
 * (`proof` of the session), and gives what the request's `proof` is to be.
 */
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { KeyMultipleRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperatorProof, ProofWays } from '../../../../src/contract/index.ts'
import { ProblemBar } from '../../elements/index.ts'
import { FreshSignIn } from './fresh-sign-in.tsx'
import { PasswordField } from './password-field.tsx'
import { askPasskey, passkeysOffered, sessionQuery } from './session.ts'

const nothing: ProofWays = {
  password: true,
  code: false,
  passkey: false,
  both: false,
  freshSignIn: false,
  fresh: false,
  provider: null,
}

/** `proof` is null until everything is filled in; `clear` forgets it: a passkey's answer and a code count once. */
export function useProof() {
  const client = useQueryClient()
  const { data } = useQuery({
    ...sessionQuery,
    // How long ago a sign-in was is known at the server alone.
    staleTime: ({ state }) => (state.data?.proof.freshSignIn ? 0 : Number.POSITIVE_INFINITY),
  })
  const ways = data?.proof ?? nothing
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const passkey = useMutation({ mutationFn: () => askPasskey('/account/proof/passkey-options'), gcTime: 0 })
  const asksCode = ways.both || (ways.code && !ways.password)
  const typesSomething = ways.password || asksCode
  const isComplete =
    (typesSomething || (ways.freshSignIn && (ways.fresh || ways.provider === null))) &&
    (!ways.password || password !== '') &&
    (!asksCode || code.trim().length >= 6)
  const typed: OperatorProof = {
    ...(ways.password && { password }),
    ...(asksCode && { code: code.trim() }),
  }
  const proof: OperatorProof | null = passkey.data ? { passkey: passkey.data } : isComplete ? typed : null
  return {
    proof,
    clear: () => {
      setPassword('')
      setCode('')
      passkey.reset()
      if (ways.freshSignIn) void client.invalidateQueries(sessionQuery)
    },
    fields: { ways, asksCode, password, setPassword, code, setCode, passkey },
  }
}

/** Put it into the form of the action, with `fields` of `useProof`. */
export function ProofField(
  props: ReturnType<typeof useProof>['fields'] & { hint?: string; error?: string | undefined },
) {
  const { t } = useTranslation()
  const { ways, asksCode, passkey } = props
  if (passkey.data) {
    return (
      <MessageBar intent="success">
        <MessageBarBody>{t('security.passkeyGiven')}</MessageBarBody>
      </MessageBar>
    )
  }
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
      {ways.passkey && passkeysOffered() && (
        <div>
          <Button
            icon={<KeyMultipleRegular />}
            disabledFocusable={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            {t('security.usePasskey')}
          </Button>
        </div>
      )}
      <ProblemBar error={passkey.error} />
      {ways.freshSignIn && <FreshSignIn {...ways} />}
    </>
  )
}

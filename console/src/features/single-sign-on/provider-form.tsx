import { Button, Checkbox, Field, Input, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SaveSingleSignOn, SingleSignOnSettings } from '../../../../src/contract/index.ts'
import { announce, ProblemBar, usePageStyles } from '../../elements/index.ts'
import { ProofField, useProof } from '../session/proof-field.tsx'
import { MappingFields } from './mapping-fields.tsx'
import { useSaveSingleSignOn } from './single-sign-on.ts'

type Draft = Omit<SaveSingleSignOn, 'proof' | 'clientSecret'>

const empty: Draft = {
  enabled: false,
  name: '',
  issuer: '',
  clientId: '',
  scopes: 'openid profile',
  roleClaim: 'roles',
  mappings: [],
  unknownOperators: 'refuse',
  passwordsForOwnersOnly: false,
  sessionHours: 12,
}

/** What the provider is, and whom it lets in. */
export function ProviderForm({ provider }: { provider: SingleSignOnSettings['provider'] }) {
  const { t } = useTranslation()
  const page = usePageStyles()
  const [draft, setDraft] = useState<Draft>(() => {
    if (!provider) return empty
    const { hasSecret: _secret, updatedAt: _time, ...known } = provider
    return known
  })
  const [secret, setSecret] = useState('')
  const proof = useProof()
  const save = useSaveSingleSignOn()
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const isIncomplete =
    !draft.name.trim() ||
    !draft.issuer.trim() ||
    !draft.clientId.trim() ||
    !draft.roleClaim.trim() ||
    draft.mappings.some(({ value }) => !value.trim()) ||
    proof.proof === null

  function submit(event: FormEvent) {
    event.preventDefault()
    if (isIncomplete || save.isPending || !proof.proof) return
    save.mutate(
      { ...draft, proof: proof.proof, ...(secret === '' ? {} : { clientSecret: secret }) },
      {
        onSuccess: () => {
          setSecret('')
          proof.clear()
          announce(t('singleSignOn.saved'))
        },
      },
    )
  }
  const line = (
    name: 'name' | 'issuer' | 'clientId' | 'scopes' | 'roleClaim',
    hint: string,
    longest: number,
  ) => (
    <Field label={t(`singleSignOn.${name}`)} hint={hint} required>
      <Input value={draft[name]} maxLength={longest} onChange={(_, { value }) => set({ [name]: value })} />
    </Field>
  )
  return (
    <form className={page.card} onSubmit={submit} aria-labelledby="provider" noValidate>
      <h2 id="provider" className={page.heading}>
        {t('singleSignOn.providerHeading')}
      </h2>
      <div className={page.column} style={{ maxWidth: 520 }}>
        {line('name', t('singleSignOn.nameHint'), 60)}
        {line('issuer', t('singleSignOn.issuerHint'), 300)}
        {line('clientId', t('singleSignOn.clientIdHint'), 200)}
        <Field
          label={t('singleSignOn.secret')}
          hint={t(provider?.hasSecret ? 'singleSignOn.secretKept' : 'singleSignOn.secretHint')}
        >
          <Input
            type="password"
            autoComplete="off"
            value={secret}
            maxLength={500}
            onChange={(_, { value }) => setSecret(value)}
          />
        </Field>
        {line('scopes', t('singleSignOn.scopesHint'), 300)}
        {line('roleClaim', t('singleSignOn.roleClaimHint'), 100)}
      </div>
      <MappingFields mappings={draft.mappings} onChange={(mappings) => set({ mappings })} />
      <Field label={t('singleSignOn.unknown')}>
        <RadioGroup
          value={draft.unknownOperators}
          onChange={(_, { value }) =>
            set({ unknownOperators: value === 'by-mapping' ? 'by-mapping' : 'refuse' })
          }
        >
          <Radio value="refuse" label={t('singleSignOn.unknownRefuse')} />
          <Radio value="by-mapping" label={t('singleSignOn.unknownMapping')} />
        </RadioGroup>
      </Field>
      <Checkbox
        checked={draft.passwordsForOwnersOnly}
        label={t('singleSignOn.passwordsForOwnersOnly')}
        onChange={(_, { checked }) => set({ passwordsForOwnersOnly: checked === true })}
      />
      <Field label={t('singleSignOn.sessionHours')} style={{ maxWidth: 200 }}>
        <Input
          type="number"
          min={1}
          max={168}
          value={String(draft.sessionHours)}
          onChange={(_, { value }) => set({ sessionHours: Math.trunc(Number(value)) })}
        />
      </Field>
      <Switch
        checked={draft.enabled}
        label={t('singleSignOn.enabled')}
        onChange={(_, { checked }) => set({ enabled: checked })}
      />
      <div className={page.column} style={{ maxWidth: 440 }}>
        <ProofField {...proof.fields} />
      </div>
      <ProblemBar error={save.error} />
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={isIncomplete || save.isPending}>
          {t('singleSignOn.save')}
        </Button>
      </div>
    </form>
  )
}

import type {
  AlertSeverity,
  ChannelRules,
  ChannelView,
  EmailPlace,
  SaveChannel,
} from '../../../../src/contract/index.ts'

/** A channel as its form holds it: texts, as they are typed. */
export interface ChannelDraft {
  readonly name: string
  readonly enabled: boolean
  readonly kind: SaveChannel['target']['kind']
  readonly address: string
  readonly host: string
  readonly port: string
  readonly security: EmailPlace['security']
  readonly certificateAuthority: string
  readonly from: string
  readonly to: string
  readonly signIn: EmailPlace['signIn']['kind']
  readonly userName: string
  readonly secret: string
  readonly tokenAddress: string
  readonly clientId: string
  readonly scope: string
  readonly severity: AlertSeverity
  readonly timeZone: string
  readonly digestAt: string
  readonly quietFrom: string
  readonly quietTo: string
  readonly messagesPerHour: string
}

export function draftOf(channel: ChannelView | null): ChannelDraft {
  const target = channel?.target
  const place = target?.kind === 'email' ? target.place : undefined
  const signIn = place?.signIn
  const rules = channel?.rules
  return {
    name: channel?.name ?? '',
    enabled: channel?.enabled ?? true,
    kind: target?.kind ?? 'email',
    address: '',
    host: place?.host ?? '',
    port: String(place?.port ?? 587),
    security: place?.security ?? 'starttls',
    certificateAuthority: place?.certificateAuthority ?? '',
    from: place?.from ?? '',
    to: place?.to.join(', ') ?? '',
    signIn: signIn?.kind ?? 'password',
    userName: signIn && signIn.kind !== 'none' ? signIn.userName : '',
    secret: '',
    tokenAddress: signIn?.kind === 'oauth' ? signIn.tokenAddress : '',
    clientId: signIn?.kind === 'oauth' ? signIn.clientId : '',
    scope: signIn?.kind === 'oauth' ? signIn.scope : 'https://outlook.office365.com/.default',
    severity: rules?.severity ?? 'warning',
    timeZone: rules?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    digestAt: rules ? (rules.digestAt ?? '') : '07:00',
    quietFrom: rules?.quietHours?.from ?? '',
    quietTo: rules?.quietHours?.to ?? '',
    messagesPerHour: String(rules?.messagesPerHour ?? 6),
  }
}

/** What is sent; rules that the form does not show stay as they were. */
export function channelOf(draft: ChannelDraft, before: ChannelView | null): SaveChannel {
  const rules: ChannelRules = {
    kinds: null,
    organizationIds: null,
    groupMinutes: 2,
    ...before?.rules,
    severity: draft.severity,
    timeZone: draft.timeZone.trim(),
    digestAt: draft.digestAt || null,
    quietHours: draft.quietFrom && draft.quietTo ? { from: draft.quietFrom, to: draft.quietTo } : null,
    messagesPerHour: Number(draft.messagesPerHour),
  }
  return { name: draft.name.trim(), enabled: draft.enabled, rules, target: targetOf(draft) }
}

function targetOf(draft: ChannelDraft): SaveChannel['target'] {
  if (draft.kind !== 'email') {
    return { kind: draft.kind, ...(draft.address === '' ? {} : { address: draft.address.trim() }) }
  }
  const { userName, tokenAddress, clientId, scope, secret } = draft
  const signIn: EmailPlace['signIn'] =
    draft.signIn === 'none'
      ? { kind: 'none' }
      : draft.signIn === 'password'
        ? { kind: 'password', userName }
        : { kind: 'oauth', userName, tokenAddress, clientId, scope }
  return {
    kind: 'email',
    place: {
      host: draft.host.trim(),
      port: Number(draft.port),
      security: draft.security,
      certificateAuthority: draft.certificateAuthority.trim() || null,
      from: draft.from.trim(),
      to: draft.to.split(/[\s,;]+/).filter((address) => address !== ''),
      signIn,
    },
    ...(secret === '' ? {} : { secret }),
  }
}

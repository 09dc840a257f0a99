import type { CredentialKind, SuppliedCredential } from '../../../../src/contract/index.ts'

/** Where a certificate comes from. */
export type CertificateSource = 'made-here' | 'pfx' | 'pem'

/** What is typed of a credential and not yet on the server: in this page's memory only. */
export interface CredentialDraft {
  readonly source: CertificateSource
  readonly password: string
  /** Day, as the portal shows it; empty when it is not known. */
  readonly expires: string
  readonly pfx: { readonly name: string; readonly base64: string } | null
  readonly certificate: string
  readonly privateKey: string
  readonly passphrase: string
}

export const emptyDraft: CredentialDraft = {
  source: 'made-here',
  password: '',
  expires: '',
  pfx: null,
  certificate: '',
  privateKey: '',
  passphrase: '',
}

/** The credential to send: undefined when nothing was typed, `incomplete` when a part of it is missing. */
export function suppliedCredential(
  kind: CredentialKind,
  draft: CredentialDraft,
): SuppliedCredential | 'incomplete' | undefined {
  const { password, expires, pfx, certificate, privateKey, passphrase } = draft
  if (kind === 'password') {
    if (password.trim() === '') return undefined
    return {
      kind: 'password',
      applicationPassword: password,
      ...(expires !== '' && { expiresAt: `${expires}T00:00:00Z` }),
    }
  }
  if (draft.source === 'pfx') {
    if (pfx) return { kind: 'pfx', pfx: pfx.base64, passphrase }
    return passphrase === '' ? undefined : 'incomplete'
  }
  if (draft.source === 'pem') {
    if (certificate.trim() === '' && privateKey.trim() === '') return undefined
    if (certificate.trim() === '' || privateKey.trim() === '') return 'incomplete'
    return { kind: 'pem', certificate, privateKey, ...(passphrase !== '' && { passphrase }) }
  }
  return undefined
}

/** A file's bytes as base64. */
export async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

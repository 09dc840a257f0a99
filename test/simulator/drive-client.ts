/** What the simulated drives are asked with, over real HTTP, and an own reckoning of what should come. */
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type GraphMessage, type Json, type MailClient, openMail } from './mail-client.ts'

export type DriveItem = GraphMessage & {
  readonly name?: string
  readonly cTag: string
  readonly folder?: Json
  readonly deleted?: Json
  readonly file?: { readonly hashes?: { readonly quickXorHash: string } }
  readonly parentReference: { readonly id?: string; readonly path?: string }
}
export type TrueItem = {
  readonly id: string
  readonly path: readonly string[]
  readonly kind: string
  readonly size: number
  readonly sha256: string
  readonly quickXorHash: string
  readonly versions: number
  readonly faults: readonly string[]
  readonly corpus?: string
}

export type DriveClient = MailClient & {
  /** The OneDrive of the tenant's first person, and the first library of its first site. */
  readonly drive: string
  readonly library: string
  readonly truth: (drive: string) => Promise<readonly TrueItem[]>
  readonly delta: (drive: string) => Promise<{ items: DriveItem[]; deltaLink: string; pages: number }>
  readonly round: (link: string) => Promise<{ items: DriveItem[]; deltaLink: string }>
}

export const openDrives = async (
  options: Partial<SimulatorOptions>,
  rolesTakenAway: readonly string[] = [],
): Promise<DriveClient> => {
  const client = await openMail(options, rolesTakenAway)
  const { drives } = await client.controlDrives<{ drives: { id: string; kind: string }[] }>('drives')
  const round = async (link: string) => {
    const { items, deltaLink = '', pages } = await client.pages(link, {})
    return { items: items as DriveItem[], deltaLink, pages }
  }
  return {
    ...client,
    drive: drives.find(({ kind }) => kind === 'business')?.id ?? '',
    library: drives.find(({ kind }) => kind === 'documentLibrary')?.id ?? '',
    truth: async (drive) => (await client.controlDrives<{ items: TrueItem[] }>('list', { drive })).items,
    delta: (drive) => round(`/drives/${drive}/root/delta?$top=7`),
    round,
  }
}

/** Bit by bit, as Microsoft describes it: each byte at bit (index × 11) mod 160, then the length into the last 64 bits. */
export const slowQuickXorHash = (bytes: Uint8Array): string => {
  const bits = Array.from({ length: 160 }, () => 0)
  for (const [index, byte] of bytes.entries())
    for (let bit = 0; bit < 8; bit++) {
      const place = (index * 11 + bit) % 160
      bits[place] = (bits[place] ?? 0) ^ ((byte >> bit) & 1)
    }
  for (let bit = 0; bit < 64; bit++) {
    const value = Number((BigInt(bytes.length) >> BigInt(bit)) & 1n)
    bits[96 + bit] = (bits[96 + bit] ?? 0) ^ value
  }
  const out = Buffer.alloc(20)
  for (const [place, value] of bits.entries())
    out[place >> 3] = (out[place >> 3] ?? 0) | (value << (place & 7))
  return out.toString('base64')
}

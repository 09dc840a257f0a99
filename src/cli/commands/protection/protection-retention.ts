import type { Command } from 'commander'
import type { ProtectionView, Retention, RetentionPreview, RetentionRule } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { ProblemError } from '../../problem-error.ts'
import { confirm, note, printJson, printTable } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'
import { findOrganization } from '../organization-name.ts'

interface RetentionOptions extends CommonOptions, ProofOptions {
  readonly versions?: string
  readonly time?: string
  readonly everything?: boolean
  readonly deletedUsersDays?: string
  readonly preview?: boolean
  readonly yes?: boolean
}

const units = { d: 'days', w: 'weeks', m: 'months', y: 'years' } as const

/** `protection retention`: shows what would be deleted, asks, and sets. */
export function registerProtectionRetention(protection: Command): void {
  const command = withCommonOptions(protection.command('retention'))
    .description('for how long restore points are kept; shows what would be deleted before it asks')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--versions <number>', 'Version-Based: the newest restore points, 1 to 999')
    .option('--time <duration>', 'Time-Based: by age, like 30d, 12w, 6m or 10y')
    .option('--everything', 'keep every restore point')
    .option('--deleted-users-days <number>', "how long deleted users are kept; 'forever' for good")
    .option('--preview', 'only say what would be deleted')
    .option('--yes', 'do not ask')
  withProof(command).action(async (name: string | undefined, options: RetentionOptions) => {
    const client = await signedInClient(options)
    const { id } = await findOrganization(client, name)
    const { retention: now } = await client.get<ProtectionView>(`/organizations/${id}/protection`)
    const wanted = wantedOf(options, now)
    const base = `/organizations/${id}/retention`
    const preview = await client.post<RetentionPreview>(`${base}/preview`, wanted)
    if (options.preview) {
      if (options.json) printJson(preview)
      else show(preview)
      return
    }
    let saved: ProtectionView
    try {
      saved = await client.put<ProtectionView>(base, wanted)
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'ORG_RETENTION_SHORTENS')) throw error
      if (!options.json) show(preview)
      await confirm('Shorten the retention?', '--yes', options.yes)
      const proof = await operatorProof(client, options)
      saved = await client.post<ProtectionView>(`${base}/shorten`, { ...wanted, proof })
    }
    if (options.json) printJson(saved)
    else note('Saved.')
  })
}

function wantedOf(options: RetentionOptions, now: Retention): Retention {
  const { versions, time, everything, deletedUsersDays } = options
  const rules: RetentionRule[] = [
    ...(versions === undefined
      ? []
      : [{ kind: 'versions' as const, versions: numberOf(versions, '--versions') }]),
    ...(time === undefined ? [] : [timeOf(time)]),
    ...(everything ? [{ kind: 'everything' as const }] : []),
  ]
  if (rules.length > 1 || (rules.length === 0 && deletedUsersDays === undefined))
    throw fail('CLI_BAD_INPUT', {
      what: 'It is not clear for how long restore points are to be kept.',
      remedy: 'Give one of --versions, --time and --everything, or --deleted-users-days.',
    })
  return {
    rule: rules[0] ?? now.rule,
    deletedUsersDays:
      deletedUsersDays === undefined
        ? now.deletedUsersDays
        : deletedUsersDays === 'forever'
          ? null
          : numberOf(deletedUsersDays, '--deleted-users-days'),
  }
}

function timeOf(text: string): RetentionRule {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,3})([dwmy])$/.exec(text) ?? []
  if (unit !== 'd' && unit !== 'w' && unit !== 'm' && unit !== 'y')
    throw fail('CLI_BAD_INPUT', {
      what: `"${text}" is no duration.`,
      remedy: 'Give it like 30d, 12w, 6m or 10y.',
    })
  return { kind: 'time', amount: Number(amount), unit: units[unit] }
}

function numberOf(text: string, flag: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw fail('CLI_BAD_INPUT', {
    what: `"${text}" is no number for ${flag}.`,
    remedy: 'Give a whole number above 0.',
  })
}

function show({ removes, keeps, points, objectLock }: RetentionPreview): void {
  note(
    removes === 0
      ? `Nothing would be deleted; ${keeps} restore points are kept.`
      : `${removes} restore points would be deleted, ${keeps} kept:`,
  )
  if (points.length > 0)
    printTable(
      ['RUN', 'TIME'],
      points.map(({ sequence, finishedAt }) => [sequence, finishedAt]),
    )
  if (points.length < removes) note(`… and ${removes - points.length} more.`)
  if (removes > 0 && objectLock)
    note(`Object Lock keeps their data for ${objectLock.days} days after it was last prolonged.`)
}

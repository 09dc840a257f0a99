/** A tenant that is backed up, the services that restore and export from it, and a second pair of eyes on its mailboxes. */
import { randomUUID } from 'node:crypto'
import { openTenant, type TenantReader } from '../../scripts/demo/tenant.ts'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { listItems } from '../../src/catalog/index.ts'
import type { CreateRestore, MailItemView, RestoreItemView, RestoreView } from '../../src/contract/index.ts'
import {
  createBackupSummary,
  createDownloadService,
  createRestoreService,
  type DownloadService,
  type RestoreService,
  type Vault,
} from '../../src/jobs/index.ts'
import { createMicrosoftNetwork, createPacer, loadClouds } from '../../src/microsoft/index.ts'
import { createOrganizations } from '../../src/organizations/index.ts'
import { createSecretBox } from '../../src/security/index.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { type Logger, silentLogger, systemClock } from '../../src/shared/index.ts'
import { type BackupLab, type ListedMail, openBackupLab } from '../jobs/backup-lab.ts'

export interface RestoreLab extends BackupLab {
  readonly downloads: DownloadService
  readonly tenant: TenantReader
  /** The service of one life of the server. */
  startRestores(): RestoreLife
  /** Every item of a mailbox at a restore point. */
  items(userPrincipalName: string, at?: number): Promise<MailItemView[]>
  mailboxId(userPrincipalName: string): Promise<string>
  /** What the mailbox holds below a folder at its top. */
  inFolder(userPrincipalName: string, folder: string): Promise<ListedMail[]>
  faults(rules: readonly object[]): Promise<void>
}

export interface RestoreLife {
  readonly restores: RestoreService
  readonly announced: RestoreView[]
  /** Starts a restore and waits for its end. */
  restore(request: CreateRestore): Promise<RestoreView>
  /** Waits so many milliseconds, two minutes where none are named. */
  ended(id: string, limit?: number): Promise<RestoreView>
  results(id: string): Promise<RestoreItemView[]>
  stop(): Promise<void>
}

const endedStates = ['succeeded', 'partial', 'failed', 'cancelled']

export async function openRestoreLab(
  options: Partial<SimulatorOptions> = {},
  parts: { place?: Vault } = {},
): Promise<RestoreLab> {
  const lab = await openBackupLab({ lagSeconds: 0, ...options }, parts)
  const { login, graph, ca } = lab.simulator.ready.clouds.global
  const { db } = lab.database
  const clock = systemClock
  const logger = loudWhenAsked()
  const { app } = lab.simulator.ready
  if (!app) throw new Error('the simulator was started without an application')
  const tenant = await openTenant({ ...lab.simulator.ready, app })
  const downloads = createDownloadService({ db, repositories: lab.service.repositories, clock })
  const lives = new Set<RestoreLife>()

  const startRestores = (): RestoreLife => {
    const clouds = loadClouds({
      global: { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca },
    })
    const network = createMicrosoftNetwork({ clouds, logger, userAgent: 'BDRCloudServer/test' })
    const events = createEventBus({ logger })
    const announced: RestoreView[] = []
    events.subscribe((event) => {
      if (event.topic === 'restore') announced.push(event.view)
    })
    const organizations = createOrganizations({
      db,
      secrets: createSecretBox(Buffer.from(lab.keyHex, 'hex')),
      microsoft: { clouds, network, pacer: createPacer({ clock }), clock, logger },
      events,
      backups: createBackupSummary({ db, clock }),
    })
    const restores = createRestoreService({
      db,
      organizations,
      repositories: lab.service.repositories,
      events,
      clock,
      logger,
      nonce: randomUUID(),
    })
    const ended = async (id: string, limit = 120_000): Promise<RestoreView> => {
      const deadline = Date.now() + limit
      for (;;) {
        const view = await restores.get(id)
        if (endedStates.includes(view.state)) return view
        if (Date.now() > deadline) throw new Error(`the restore is still ${view.state}`)
        await clock.sleep(20)
      }
    }
    const life: RestoreLife = {
      restores,
      announced,
      ended,
      restore: async (request) => ended((await restores.start(lab.organizationId, randomUUID(), request)).id),
      async results(id) {
        const found: RestoreItemView[] = []
        let cursor: string | null = null
        do {
          const page = await restores.items(id, { limit: 100, ...(cursor === null ? {} : { cursor }) })
          found.push(...page.items)
          cursor = page.nextCursor
        } while (cursor !== null)
        return found
      },
      async stop() {
        lives.delete(life)
        await restores.stop()
        await network.close()
      },
    }
    lives.add(life)
    return life
  }

  const mailboxId = async (userPrincipalName: string) =>
    (
      await db
        .selectFrom('resources')
        .select('id')
        .where('user_principal_name', '=', userPrincipalName)
        .executeTakeFirstOrThrow()
    ).id

  return Object.assign(Object.create(lab) as BackupLab, {
    downloads,
    tenant,
    startRestores,
    mailboxId,
    async items(userPrincipalName: string, at?: number) {
      const found: MailItemView[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof listItems>> = await listItems(
          db,
          await mailboxId(userPrincipalName),
          { limit: 100, ...(cursor === null ? {} : { cursor }), ...(at === undefined ? {} : { at }) },
        )
        found.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      return found
    },
    async inFolder(userPrincipalName: string, folder: string) {
      const { messages } = await lab.truth(userPrincipalName)
      return messages.filter((mail) => [mail.folder].flat()[0] === folder)
    },
    async faults(rules: readonly object[]) {
      await tenant.control('faults', rules)
    },
    async stop() {
      for (const life of lives) await life.stop()
      await lab.stop()
    },
  })
}

/** `BDRCLOUD_TEST_LOG=1` shows what the services say. */
function loudWhenAsked(): Logger {
  if (process.env['BDRCLOUD_TEST_LOG'] !== '1') return silentLogger
  const say = (details: object, message: string) => console.error(message, details)
  return { debug: () => {}, info: say, warn: say, error: say }
}

/**
 * Wires the rooms above the platform. Each room gets its ports from `Platform`, and gives back what `Services` asks for: its routes, what is
 * to go on after a restart, how it stops.
 */
import type { PgBoss } from 'pg-boss'
import type { Configuration } from '../config/index.ts'
import type { EventBus } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Installation, Security } from '../security/index.ts'
import type { ApiServer } from '../server/index.ts'
import type { Clock, Logger } from '../shared/index.ts'

/** What every room can be given. */
export interface Platform {
  readonly configuration: Configuration
  readonly db: Database
  readonly queue: PgBoss
  readonly clock: Clock
  readonly logger: Logger
  readonly events: EventBus
  readonly security: Security
  /** Sealing of secrets, the installation's name (host name of snapshots) and the vault's password. */
  readonly installation: Installation
  /** Address of the console on localhost, known once the server listens; the built-in sign-in client returns there. */
  readonly localConsoleUrl: () => string
}

export interface Services {
  /** Routes beneath /api/v1. */
  registerRoutes(api: ApiServer): void
  /** Routes outside the API: the return of the sign-in at `/`. */
  registerPages(app: ApiServer): void
  /** Called once the server listens: unfinished work goes on by itself. */
  resume(): Promise<void>
  counts(): Promise<{ organizations: number; activeRuns: number }>
  /** Stops work in progress so that it can go on after the next start. */
  stop(): Promise<void>
}

export async function createServices(_platform: Platform): Promise<Services> {
  return {
    registerRoutes: () => {},
    registerPages: () => {},
    resume: async () => {},
    counts: async () => ({ organizations: 0, activeRuns: 0 }),
    stop: async () => {},
  }
}

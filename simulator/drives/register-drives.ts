import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Tenant } from '../tenant/index.ts'
import { createArchive } from './archive.ts'
import { createDriveControl, type DriveControl } from './control.ts'
import type { House } from './house.ts'
import { addReadRoutes } from './read-routes.ts'
import { driveRoutes } from './route.ts'
import { createDriveThrottle } from './throttle.ts'
import { addWriteRoutes } from './write-routes.ts'

/**
 * Registers the endpoints of drives and sites on an app that is already below `/v1.0` and has authenticated the caller. Gives the functions
 * behind `POST /_control/drives/:verb`, and what the host of content needs.
 */
export const registerDrives = (
  app: FastifyInstance,
  tenant: Tenant,
): { readonly control: DriveControl; readonly house: House } => {
  const house: House = {
    tenant,
    archive: createArchive(tenant),
    // The documented limit of a tenant of up to 1,000 licences.
    throttle: createDriveThrottle(1250),
    behaviour: {
      emptyPages: false,
      duplicates: false,
      shuffle: false,
      largestPage: 1000,
      replay: false,
      resync: 'resyncChangesApplyDifferences',
      downloadSeconds: 3600,
      breakAfterBytes: 0,
      breaks: 0,
      chargeDownloads: false,
      ignoreRange: false,
      anonymousLinks: true,
      rewriteOfficeFiles: true,
      spoiledEnding: '',
    },
    uploads: new Map(),
    contentOrigin: () => tenant.endpoints.content,
    secret: randomBytes(32).toString('base64url'),
    asking: '',
    invitationsSent: 0,
  }
  const add = driveRoutes(app, house)
  addReadRoutes(add, house)
  addWriteRoutes(add, house)
  return { control: createDriveControl(house), house }
}

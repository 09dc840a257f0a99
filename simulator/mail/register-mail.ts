import type { FastifyInstance } from 'fastify'
import type { Tenant } from '../tenant/index.ts'
import { addAttachmentRoutes } from './attachment-routes.ts'
import { createControl, type MailControl } from './control.ts'
import { addFolderRoutes } from './folder-routes.ts'
import type { House } from './house.ts'
import { createPostOffice } from './post-office.ts'
import { addReadRoutes } from './read-routes.ts'
import { type AddRoute, mailRoutes } from './route.ts'
import { addSettingsRoutes } from './settings-routes.ts'
import { createThrottle } from './throttle.ts'
import { addUploadRoutes } from './upload-route.ts'
import { addWriteRoutes } from './write-routes.ts'

/**
 * Registers the mail endpoints of Graph on an app that is already below `/v1.0` and has authenticated the caller.
 * Gives the functions behind `POST /_control/mail/:verb`, and what
 * the other things of a mailbox need: they stand behind the same limits.
 */
export const registerMail = (
  app: FastifyInstance,
  tenant: Tenant,
): { readonly control: MailControl; readonly add: AddRoute; readonly house: House } => {
  const house: House = {
    tenant,
    office: createPostOffice(tenant),
    throttle: createThrottle(),
    behaviour: {
      emptyPages: false,
      duplicates: false,
      replay: false,
      shuffle: false,
      largestPage: 500,
      resync: '410 SyncStateNotFound',
      mimeUnstable: tenant.options.mimeUnstable,
      // Graph seals sent and received mails from this day on (Microsoft Graph changelog, 2026).
      sealedFrom: Date.UTC(2026, 11, 31),
      attachmentsOnSealed: true,
    },
    failing: new Map(),
    settings: new Map(),
    delays: new Map(),
    uploads: new Map(),
  }
  const add = mailRoutes(app, house)
  addFolderRoutes(add, house)
  addReadRoutes(add, house)
  addWriteRoutes(add, house)
  addAttachmentRoutes(add, house)
  addSettingsRoutes(add, house)
  addUploadRoutes(app, house)
  return { control: createControl(house), add, house }
}

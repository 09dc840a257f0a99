/**
 * 'Rotate credential' for certificates: a new one is added by proof of possession of the one in use, proved, put into use, and the
 * old one removed. Every step is persisted before it is taken, so that a rotation goes on after a crash at any line; until
 * the switch the old certificate is in use, after it the new one.
 */
import { X509Certificate } from 'node:crypto'
import type { CredentialRotationView, Page, PageQuery, StartRotation } from '../../contract/index.ts'
import { requireActive } from '../administered.ts'
import { fail } from '../errors.ts'
import type { OrganizationParts } from '../parts.ts'
import { toProblem } from '../problem.ts'
import type { OrganizationRow } from '../view.ts'
import { addKey } from './add-step.ts'
import { removeOld, takeBack } from './remove-step.ts'
import { Interrupted, type RotationContext } from './rotation-context.ts'
import { isRenewalDue } from './rotation-rules.ts'
import {
  dueRotations,
  listRotations,
  openRotation,
  type RotationRow,
  rotationView,
  saveRotation,
  takeRotation,
} from './rotation-store.ts'
import { prove, settle } from './switch-step.ts'

export interface Rotations {
  /**
   * Starts a rotation, which goes on in the background; one that is under way is answered instead.
   * @param operatorId null when the server renews by itself
   * @throws ORG_NOT_FOUND, ORG_ROTATION_PASSWORD, ORG_ROTATION_EXPIRED, ORG_ROTATION_OBJECT_ID
   */
  start(
    organizationId: string,
    input: StartRotation,
    operatorId: string | null,
  ): Promise<CredentialRotationView>
  /** Newest first. @throws ORG_NOT_FOUND */
  list(organizationId: string, page: PageQuery): Promise<Page<CredentialRotationView>>
  /** Ends the one under way; the old certificate stays in use. @throws ORG_ROTATION_NONE once the new one is in use */
  cancel(organizationId: string): Promise<CredentialRotationView>
  /** Starts one where the certificate is due; @returns whether it did. */
  renewIfDue(organizationId: string): Promise<boolean>
  /** Goes on with what an earlier process left, and with old certificates that could not be removed. */
  resume(): Promise<void>
  /** Resolves when this process works on none. */
  settled(): Promise<void>
  /** Ends whatever is under way for an organization that is about to be removed. */
  halt(organizationId: string): Promise<void>
  /** Leaves those under way where they are; the next start goes on. */
  close(): Promise<void>
}

export function createRotations(parts: OrganizationParts): Rotations {
  const { db, microsoft, read } = parts
  const { clock, logger } = microsoft
  const closing = new AbortController()
  const running = new Map<string, { organizationId: string; abort: AbortController; done: Promise<void> }>()

  const tell = async (row: RotationRow): Promise<void> => {
    await parts.announce(await read(row.organization_id))
  }

  const drive = async (id: string, signal: AbortSignal): Promise<void> => {
    const row = await takeRotation(db, id)
    if (!row) return
    const context: RotationContext = {
      row,
      organization: await read(row.organization_id),
      parts,
      signal,
      save: async (patch) => {
        const saved = await saveRotation(db, context.row, patch)
        if (!saved) throw new Interrupted()
        const isNews = patch.state !== undefined || patch.detail !== undefined
        context.row = saved
        if (isNews) await tell(saved)
      },
    }
    try {
      if (context.row.state === 'adding') await addKey(context)
      if (context.row.state === 'proving') await prove(context)
      if (context.row.state === 'settling') await settle(context)
      if (context.row.state === 'removing') await removeOld(context)
    } catch (error) {
      if (error instanceof Interrupted || closing.signal.aborted) return
      await fallShort(context, error)
    }
  }

  /** Before the switch a rotation fails; after it, it is left for later. */
  const fallShort = async (context: RotationContext, error: unknown): Promise<void> => {
    const { state, id } = context.row
    logger.warn({ rotation: id, state, error: String(error) }, 'a certificate could not be rotated')
    const now = clock.now()
    if (state !== 'adding' && state !== 'proving') {
      const hour = 60 * 60_000
      await context.save({ since: new Date(now + hour), next_try_at: new Date(now + hour), tries: 0 })
      return
    }
    // Its own signal: a cancelled rotation still takes back what it made.
    const leftovers = await takeBack({ ...context, signal: closing.signal })
    await context.save({
      state: context.signal.aborted ? 'cancelled' : 'failed',
      credential_sealed: null,
      error: context.signal.aborted ? null : JSON.stringify(toProblem(error)),
      leftovers: JSON.stringify(leftovers),
      detail: null,
      next_try_at: null,
      finished_at: new Date(clock.now()),
    })
  }

  /** Runs in the background; whatever happens is in the record. */
  const run = ({ id, organization_id: organizationId }: RotationRow): void => {
    if (running.has(id) || closing.signal.aborted) return
    const abort = new AbortController()
    const done = drive(id, AbortSignal.any([abort.signal, closing.signal]))
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          logger.error({ rotation: id, error: String(error) }, 'a rotation stopped')
      })
      .finally(() => running.delete(id))
    running.set(id, { organizationId, abort, done })
  }

  const insert = async (
    row: OrganizationRow,
    operatorId: string | null,
    objectId: string,
  ): Promise<RotationRow> => {
    const { credential_id, certificate_pem } = row
    if (credential_id === null || certificate_pem === null)
      throw fail('ORG_CREDENTIAL_MISSING', { name: row.name })
    const now = new Date(clock.now())
    const inserted = await db
      .insertInto('credential_rotations')
      .values({
        organization_id: row.id,
        state: 'adding',
        trigger: operatorId === null ? 'automatic' : 'operator',
        requested_by: operatorId,
        application_object_id: objectId,
        old_credential_id: credential_id,
        old_credential_key_id: row.credential_key_id,
        old_credential_expires_at: new X509Certificate(certificate_pem).validToDate,
        old_certificate_pem: certificate_pem,
        since: now,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst()
    // Another request was faster: its rotation is the answer.
    return inserted ?? (await openRotation(db, row.id)) ?? insert(row, operatorId, objectId)
  }

  const start: Rotations['start'] = async (organizationId, { applicationObjectId }, operatorId) => {
    const open = await openRotation(db, organizationId)
    if (open) return rotationView(open)
    const row = await read(organizationId)
    requireActive(row)
    const { name } = row
    if (row.credential_kind === 'password') throw fail('ORG_ROTATION_PASSWORD', { name })
    if (row.credential_sealed === null || row.certificate_pem === null)
      throw fail('ORG_CREDENTIAL_MISSING', { name })
    if (new X509Certificate(row.certificate_pem).validToDate.getTime() <= clock.now())
      throw fail('ORG_ROTATION_EXPIRED', { name })
    const objectId = row.application_object_id ?? applicationObjectId
    if (objectId === undefined) {
      const { portal } = parts.cloudOf(row)
      throw fail('ORG_ROTATION_OBJECT_ID', { name, portal: portal.entra, applicationId: row.application_id })
    }
    const inserted = await insert(row, operatorId, objectId)
    run(inserted)
    await tell(inserted)
    return rotationView(inserted)
  }

  return {
    start,
    list: async (organizationId, page) => {
      await read(organizationId)
      return listRotations(db, organizationId, page)
    },
    cancel: async (organizationId) => {
      await read(organizationId)
      const open = await openRotation(db, organizationId)
      if (!open || open.state === 'settling') throw fail('ORG_ROTATION_NONE')
      run(open)
      const mine = running.get(open.id)
      mine?.abort.abort(new Error('cancelled'))
      await mine?.done
      const row = await db
        .selectFrom('credential_rotations')
        .selectAll()
        .where('id', '=', open.id)
        .executeTakeFirstOrThrow()
      if (row.state !== 'cancelled') throw fail('ORG_ROTATION_NONE')
      return rotationView(row)
    },
    halt: async (organizationId) => {
      const mine = [...running.values()].filter((one) => one.organizationId === organizationId)
      for (const { abort } of mine) abort.abort(new Error('the organization is being removed'))
      await Promise.all(mine.map(({ done }) => done))
    },
    renewIfDue: async (organizationId) => {
      const row = await read(organizationId)
      if (row.state !== 'active') return false
      if (!isRenewalDue(row, clock.now()) || (await openRotation(db, organizationId))) return false
      await start(organizationId, {}, null)
      return true
    },
    resume: async () => {
      for (const row of await dueRotations(db, clock.now())) run(row)
    },
    settled: async () => {
      await Promise.all([...running.values()].map(({ done }) => done))
    },
    close: async () => {
      closing.abort(new Interrupted())
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

/** 'Settings > Microsoft sign-in': the operator's own applications as sign-in clients, one per cloud, and this server's external address. */
import type {
  PendingCertificate,
  SaveSignInClient,
  SignInClientView,
  SignInCloudView,
  SignInSettings,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import {
  type AppCredential,
  administratorScopes,
  type Cloud,
  createAppTokenProvider,
  findCloud,
} from '../../microsoft/index.ts'
import { type MicrosoftSide, toProblem } from '../../organizations/index.ts'
import type { SecretBox, Settings } from '../../security/index.ts'
import { type ClientChoice, createClientChoice } from './choose-client.ts'
import { createClientStore, type SignInClientRow } from './client-store.ts'
import { fail } from './errors.ts'
import { createExternalAddress, returnPath } from './external-address.ts'

export interface SignInClients extends ClientChoice {
  settings(): Promise<SignInSettings>
  externalAddress(): Promise<string | null>
  /** Application id of the operator's own application for a cloud; null without one. */
  ownClientId(cloudId: string): Promise<string | null>
  /** @throws SGN_ADDRESS_INVALID */
  setExternalAddress(address: string | null): Promise<SignInSettings>
  /** Makes a certificate to be uploaded; its private key stays here. @throws MSG_CLOUD_UNKNOWN */
  makeCertificate(cloudId: string, operatorId: string): Promise<PendingCertificate>
  /** Saves the application when its credential works. @throws SGN_NOT_WORKING, SGN_NO_CERTIFICATE, SGN_NO_CREDENTIAL, MSG_CLOUD_UNKNOWN */
  save(cloudId: string, input: SaveSignInClient, operatorId: string): Promise<SignInCloudView>
  /** Signs in as the application and notes how that went. @throws SGN_NO_CREDENTIAL, MSG_CLOUD_UNKNOWN */
  test(cloudId: string): Promise<SignInCloudView>
  remove(cloudId: string): Promise<void>
}

const testMs = 60_000
const dayMs = 24 * 60 * 60 * 1000

export function createSignInClients(parts: {
  readonly db: Database
  readonly secrets: SecretBox
  readonly settings: Pick<Settings, 'read' | 'write'>
  readonly microsoft: MicrosoftSide
  readonly instanceName: string
  readonly allowedHosts: readonly string[]
}): SignInClients {
  const { db, secrets, settings, microsoft, instanceName, allowedHosts } = parts
  const { clouds, clock } = microsoft
  const store = createClientStore(db, secrets, clock)
  const external = createExternalAddress(settings, allowedHosts)
  const choice = createClientChoice(microsoft, store, external)

  /** A token of the application itself: right id, tenant and credential, or Microsoft's words for what is wrong. */
  const prove = async (
    cloud: Cloud,
    { clientId, homeTenant, credential }: { clientId: string; homeTenant: string; credential: AppCredential },
  ): Promise<void> => {
    const { network } = microsoft
    const tokens = createAppTokenProvider({
      network,
      clock,
      cloud,
      clientId,
      tenantId: homeTenant,
      credential,
    })
    await tokens.token(AbortSignal.timeout(testMs))
  }

  const cloudView = async (cloud: Cloud): Promise<SignInCloudView> => {
    const row = await store.read(cloud.id)
    const { available, reason } = cloud.methods.credential
    return {
      cloud: cloud.id,
      name: cloud.name,
      available,
      reason: available ? null : (reason ?? null),
      entra: cloud.portal.entra,
      client: row ? clientView(row, clock.now()) : null,
      pendingCertificate:
        row?.pending_pem && row.pending_thumbprint && row.pending_expires_at
          ? {
              certificatePem: row.pending_pem,
              thumbprint: row.pending_thumbprint,
              expiresAt: row.pending_expires_at.toISOString(),
            }
          : null,
    }
  }

  const show = async (): Promise<SignInSettings> => {
    const address = await external.read()
    return {
      externalAddress: address,
      redirectUri: address === null ? null : `${address}${returnPath}`,
      allowedHosts: [...allowedHosts],
      permissions: administratorScopes.map(({ value, why }) => ({ value, why })),
      clouds: await Promise.all(clouds.map(cloudView)),
    }
  }

  return {
    ...choice,
    settings: show,
    externalAddress: () => external.read(),
    ownClientId: async (cloudId) => (await store.read(cloudId))?.client_id ?? null,
    setExternalAddress: async (address) => {
      await external.write(address)
      return show()
    },
    makeCertificate: async (cloudId, operatorId) => {
      const cloud = findCloud(clouds, cloudId)
      return store.makeCertificate(cloud.id, `${instanceName} sign-in`, operatorId)
    },
    save: async (cloudId, { clientId, homeTenant, credential: wanted }, operatorId) => {
      const cloud = findCloud(clouds, cloudId)
      const row = await store.read(cloud.id)
      const kept =
        wanted.kind === 'password'
          ? store.sealSecret(wanted.secret, wanted.expiresAt ? new Date(wanted.expiresAt) : null)
          : wanted.kind === 'certificate'
            ? store.pending(row)
            : store.current(row)
      if (!kept) {
        throw fail(wanted.kind === 'certificate' ? 'SGN_NO_CERTIFICATE' : 'SGN_NO_CREDENTIAL', {
          cloud: cloud.name,
        })
      }
      try {
        await prove(cloud, { clientId, homeTenant, credential: kept.credential })
      } catch (error) {
        const reason = isAppError(error) ? error.message : 'the check failed for an unknown reason.'
        throw fail('SGN_NOT_WORKING', { reason }, error)
      }
      await store.save(cloud.id, { clientId, homeTenant, kept, operatorId })
      return cloudView(cloud)
    },
    test: async (cloudId) => {
      const cloud = findCloud(clouds, cloudId)
      const row = await store.read(cloud.id)
      const kept = store.current(row)
      if (!row?.client_id || !row.home_tenant || !kept) throw fail('SGN_NO_CREDENTIAL', { cloud: cloud.name })
      const facts = { clientId: row.client_id, homeTenant: row.home_tenant, credential: kept.credential }
      const problem = await prove(cloud, facts).then(
        () => null,
        (error: unknown) => toProblem(error),
      )
      await store.noteTest(cloud.id, problem)
      return cloudView(cloud)
    },
    remove: async (cloudId) => store.remove(findCloud(clouds, cloudId).id),
  }
}

function clientView(row: SignInClientRow, now: number): SignInClientView | null {
  if (row.client_id === null) return null
  const expiresAt = row.credential_expires_at
  return {
    clientId: row.client_id,
    homeTenant: row.home_tenant ?? '',
    credential: {
      kind: row.credential_kind,
      expiresAt: expiresAt?.toISOString() ?? null,
      daysLeft: expiresAt ? Math.floor((expiresAt.getTime() - now) / dayMs) : null,
      thumbprint: row.certificate_thumbprint,
    },
    test: row.test,
    updatedAt: row.updated_at.toISOString(),
  }
}

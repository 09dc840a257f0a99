import type { EventBus, ReadinessCheck, StatusView } from '../../contract/index.ts'
import type {
  AuditTrail,
  OuterKeyRotation,
  RecoveryKits,
  Security,
  SingleSignOn,
} from '../../security/index.ts'
import type { ApiServer } from '../api-server.ts'
import { createSessionDesk } from '../session-cookie.ts'
import type { TwoPersonParts } from '../two-person-hook.ts'
import { registerAccountRoutes } from './account/account-routes.ts'
import { registerPasskeyRoutes } from './account/passkey-routes.ts'
import { registerApiTokenRoutes } from './api-tokens/api-token-routes.ts'
import { registerApprovalRoutes } from './approvals/approval-routes.ts'
import { registerAuditRoutes } from './audit/audit-routes.ts'
import { type EventStreamLimits, registerEventRoutes } from './events/event-routes.ts'
import { registerHealthRoutes } from './health/health-routes.ts'
import { registerOpenApiRoutes } from './openapi/openapi-routes.ts'
import { registerOperatorRoutes } from './operators/operator-routes.ts'
import { registerRecoveryKitRoutes } from './recovery-kit/recovery-kit-routes.ts'
import { registerSecretsRoutes } from './secrets/secrets-routes.ts'
import { registerSessionRoutes } from './session/session-routes.ts'
import { registerSecondFactorSettingsRoutes } from './settings/second-factor-settings-routes.ts'
import { registerSetupRoutes } from './setup/setup-routes.ts'
import { registerSingleSignOnRoutes } from './single-sign-on/single-sign-on-routes.ts'
import { registerSingleSignOnSettingsRoutes } from './single-sign-on/single-sign-on-settings-routes.ts'
import { registerStatusRoutes } from './status/status-routes.ts'

/** The server's own routes: health, setup, session, operators, status, recovery kit, events, description. */
export function registerPlatformRoutes(
  api: ApiServer,
  services: {
    security: Security
    singleSignOn: SingleSignOn
    audit: AuditTrail
    recoveryKits: RecoveryKits
    outerKeyRotation: OuterKeyRotation
    twoPersonRule: TwoPersonParts
    events: EventBus
    cookieName: string
    secureCookies: boolean
    readiness(): Promise<readonly ReadinessCheck[]>
    status(): Promise<StatusView>
    eventLimits?: Partial<EventStreamLimits>
    /** Hears how many pages listen for events, at every change. */
    onEventStreams?: (open: number) => void
  },
): void {
  const {
    security,
    recoveryKits,
    outerKeyRotation,
    events,
    cookieName,
    secureCookies,
    eventLimits,
    singleSignOn,
  } = services
  const { operators, directory, sessions, setup, factors, proofs } = security
  const desk = createSessionDesk({
    sessions,
    recoveryKits,
    factors,
    proofs,
    cookieName,
    secure: secureCookies,
  })
  registerHealthRoutes(api, services)
  registerSetupRoutes(api, { setup, desk })
  registerApiTokenRoutes(api, security)
  registerSessionRoutes(api, { operators, directory, sessions, factors, desk, singleSignOn })
  registerAccountRoutes(api, { factors, proofs })
  registerPasskeyRoutes(api, { factors, proofs })
  registerSingleSignOnRoutes(api, { ...services, proofs, desk })
  registerSingleSignOnSettingsRoutes(api, { ...services, proofs })
  registerSecondFactorSettingsRoutes(api, { policy: security.secondFactorPolicy, proofs })
  registerAuditRoutes(api, services)
  registerOperatorRoutes(api, { directory, desk, proofs, singleSignOn })
  registerStatusRoutes(api, services)
  registerRecoveryKitRoutes(api, { recoveryKits })
  registerEventRoutes(api, {
    events,
    sessions,
    ...(eventLimits ? { limits: eventLimits } : {}),
    ...(services.onEventStreams ? { onCount: services.onEventStreams } : {}),
  })
  registerApprovalRoutes(api, { ...services.twoPersonRule, proofs })
  registerSecretsRoutes(api, { outerKeyRotation, proofs })
  registerOpenApiRoutes(api)
}

import type { AdministratorTaskTables } from './administrator-tasks.ts'
import type { AlertTables } from './alerts.ts'
import type { ApiTokenTables } from './api-tokens.ts'
import type { ApprovalTables } from './approvals.ts'
import type { AuditTables } from './audit.ts'
import type { BackupTables } from './backups.ts'
import type { CustomerLinkTables } from './customer-links.ts'
import type { OrganizationTables } from './organizations.ts'
import type { ProtectionTables } from './protection.ts'
import type { ResticAccessTables } from './restic-access.ts'
import type { RestoreTables } from './restores.ts'
import type { SecondFactorTables } from './second-factors.ts'
import type { SecurityTables } from './security.ts'
import type { SignInClientTables } from './sign-in-clients.ts'
import type { SingleSignOnTables } from './single-sign-on.ts'

/** Every table of the product, for Kysely. One file a room; the migrations of the same name make the tables. */
export interface DatabaseSchema
  extends SecurityTables,
    SecondFactorTables,
    SingleSignOnTables,
    ApiTokenTables,
    OrganizationTables,
    AuditTables,
    AlertTables,
    ApprovalTables,
    AdministratorTaskTables,
    SignInClientTables,
    CustomerLinkTables,
    BackupTables,
    RestoreTables,
    ResticAccessTables,
    ProtectionTables {}

import type { Migration } from 'kysely/migration'
import { up as security } from './001-security.ts'
import { up as organizations } from './002-organizations.ts'
import { up as backups } from './003-backups.ts'
import { up as restores } from './004-restores.ts'
import { up as manualProcess } from './005-manual-process.ts'
import { up as administratorTasks } from './006-administrator-tasks.ts'
import { up as organizationChecks } from './007-organization-checks.ts'
import { up as resticAccess } from './008-restic-access.ts'
import { up as operators } from './009-operators.ts'
import { up as secondFactors } from './010-second-factors.ts'
import { up as apiTokens } from './011-api-tokens.ts'
import { up as outerKeys } from './012-outer-keys.ts'
import { up as alerts } from './013-alerts.ts'
import { up as drives } from './014-drives.ts'
import { up as protection } from './016-protection.ts'
import { up as fileRestores } from './017-file-restores.ts'
import { up as restoreTargets } from './018-restore-targets.ts'
import { up as restoresOfFilesElsewhere } from './020-restores-of-files-elsewhere.ts'
import { up as fileVersions } from './022-file-versions.ts'
import { up as restoredFolders } from './023-restored-folders.ts'
import { up as indexesOfReferences } from './024-indexes-of-references.ts'
import { up as signInClients } from './0061-sign-in-clients.ts'
import { up as customerLinks } from './0062-customer-links.ts'
import { up as credentialRotations } from './0071-credential-rotations.ts'
import { up as organizationRemovals } from './0072-organization-removals.ts'
import { up as vaultRetention } from './0081-vault-retention.ts'
import { up as madeCertificates } from './0082-made-certificates.ts'
import { up as permissionsNotOffered } from './0083-permissions-not-offered.ts'
import { up as auditTrail } from './0091-audit-trail.ts'
import { up as passkeys } from './0101-passkeys.ts'
import { up as singleSignOn } from './0111-single-sign-on.ts'
import { up as approvals } from './0121-approvals.ts'
import { up as dailyChanges } from './0131-daily-changes.ts'
import { up as singleSignOnProof } from './0141-single-sign-on-proof.ts'
import { up as retention } from './0161-retention.ts'
import { up as catalogIndexes } from './0162-catalog-indexes.ts'

/** Every migration in the order of its name. A released one is never edited: add the next number instead. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-security': { up: security },
  '002-organizations': { up: organizations },
  '003-backups': { up: backups },
  '004-restores': { up: restores },
  '005-manual-process': { up: manualProcess },
  '006-administrator-tasks': { up: administratorTasks },
  '0061-sign-in-clients': { up: signInClients },
  '0062-customer-links': { up: customerLinks },
  '007-organization-checks': { up: organizationChecks },
  '0071-credential-rotations': { up: credentialRotations },
  '0072-organization-removals': { up: organizationRemovals },
  '008-restic-access': { up: resticAccess },
  '0081-vault-retention': { up: vaultRetention },
  '0082-made-certificates': { up: madeCertificates },
  '0083-permissions-not-offered': { up: permissionsNotOffered },
  '009-operators': { up: operators },
  '0091-audit-trail': { up: auditTrail },
  '010-second-factors': { up: secondFactors },
  '0101-passkeys': { up: passkeys },
  '011-api-tokens': { up: apiTokens },
  '0111-single-sign-on': { up: singleSignOn },
  '012-outer-keys': { up: outerKeys },
  '0121-approvals': { up: approvals },
  '013-alerts': { up: alerts },
  '0131-daily-changes': { up: dailyChanges },
  '014-drives': { up: drives },
  '0141-single-sign-on-proof': { up: singleSignOnProof },
  '016-protection': { up: protection },
  '0161-retention': { up: retention },
  '0162-catalog-indexes': { up: catalogIndexes },
  '017-file-restores': { up: fileRestores },
  '018-restore-targets': { up: restoreTargets },
  '020-restores-of-files-elsewhere': { up: restoresOfFilesElsewhere },
  '022-file-versions': { up: fileVersions },
  '023-restored-folders': { up: restoredFolders },
  '024-indexes-of-references': { up: indexesOfReferences },
}

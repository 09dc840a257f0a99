/**
 * Microsoft 365 as this product meets it: clouds, Entra tokens and sign-in, Microsoft Graph with pacing and retries, creating
 * an application, and errors in words. The only room that talks to Microsoft.
 */
export type {
  AddMethodId,
  Cloud,
  CloudPortal,
  CloudScripts,
  MethodAvailability,
} from './clouds/cloud.ts'
export { cloudTable } from './clouds/cloud-table.ts'
export {
  type FoundTenant,
  findTenant,
  readTenantName,
  type TenantSearch,
} from './clouds/find-tenant.ts'
export { findCloud, loadClouds } from './clouds/load-clouds.ts'
export { type AdministratorScope, administratorScopes, missingScopes } from './entra/administrator-scopes.ts'
export { type AppTokenProviderOptions, createAppTokenProvider } from './entra/app-token-provider.ts'
export type { AccessToken, AppCredential, TokenProvider } from './entra/credential.ts'
export { createDeviceSignIn, type DeviceCode, type DeviceSignIn } from './entra/device-code.ts'
export {
  adminConsentAddress,
  createPkcePair,
  createSignIn,
  fixedToken,
  type SignInOptions,
  signInReturnFailure,
} from './entra/sign-in.ts'
export type {
  AuthorizationRequest,
  CodeRedemption,
  SignedInAccount,
  SignIn,
  SignInResult,
} from './entra/sign-in-types.ts'
export { microsoftErrors } from './errors.ts'
export { explainCode, explanationSections, lookUpAddress, textExplanations } from './failures/catalogue.ts'
export { explainMicrosoftError } from './failures/explain.ts'
export type { Explanation } from './failures/explanation.ts'
export * from './failures/microsoft-error.ts'
export { type Refusal, refusalOf } from './failures/refusal.ts'
export { createGraphClient, type GraphClientOptions } from './graph/graph-client.ts'
export * from './graph/graph-types.ts'
export { createPacer, filesBudget, type Pacer, type PacerOptions, type PacerRequest } from './graph/pacer.ts'
export {
  createMicrosoftNetwork,
  type MicrosoftLogger,
  type MicrosoftNetwork,
  type MicrosoftNetworkOptions,
  productUserAgent,
} from './network/network.ts'
export { proxyName } from './network/outbound.ts'
export {
  type ApplicationCertificate,
  certificateIdentifier,
  certificateThumbprint,
  makeCertificate,
  thumbprints,
} from './provisioning/certificate.ts'
export { createKeyRolling, type KeyRolling, type SigningCertificate } from './provisioning/key-rolling.ts'
export { type OwnApplication, readOwnApplication } from './provisioning/own-application.ts'
export {
  graphAppId,
  offeredRole,
  optionalPermissions,
  type Permission,
  permissionCatalogue,
  permissionsFor,
  type Shortage,
  shortages,
  type WorkloadId,
  workloadIds,
  workloadPermissions,
} from './provisioning/permission-catalogue.ts'
export { createProvisioning } from './provisioning/provisioning.ts'
export type * from './provisioning/provisioning-types.ts'
export { azureCliScript } from './registration/azure-cli-script.ts'
export { registrationSteps } from './registration/instructions.ts'
export { powerShellScript } from './registration/powershell-script.ts'
export type { RegisteredCredential, Registration } from './registration/registration.ts'
export { readPfx } from './supplied/read-pfx.ts'
export { readPemCertificate, type SuppliedCertificate } from './supplied/supplied-certificate.ts'

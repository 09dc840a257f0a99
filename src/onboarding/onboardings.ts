import type {
  CloudView,
  CredentialKind,
  DetectCloud,
  DetectedCloud,
  EventBus,
  MakeCertificate,
  OnboardingDetails,
  OnboardingView,
  Page,
  PageQuery,
  PermissionView,
  RegistrationGuide,
  SaveOnboarding,
  SignInAddress,
  StartOnboarding,
  StartSignIn,
  Workload,
} from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { MicrosoftSide, Organizations } from '../organizations/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { SignInClients } from './clients/sign-in-clients.ts'
import type { SignInReturn } from './sign-in-return.ts'

export interface OnboardingOptions {
  readonly db: Database
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly organizations: Organizations
  readonly events: EventBus
  readonly instanceName: string
  /** Origin of the console on localhost with its actual port, e.g. `http://localhost:8600`; asked when needed. */
  readonly consoleOrigin: () => string
  readonly clients: SignInClients
}

export interface Onboardings {
  clouds(): CloudView[]
  /** Which cloud an organization belongs to. @throws ONB_TENANT_NAME */
  detectCloud(input: DetectCloud): Promise<DetectedCloud>
  /** @throws ONB_METHOD_UNAVAILABLE for a cloud that is not configured */
  permissions(cloud: string, workloads: readonly Workload[], restore: boolean): PermissionView[]
  /** @throws ONB_METHOD_UNAVAILABLE */
  start(input: StartOnboarding, operatorId: string): Promise<OnboardingView>
  /** Open ones, newest first. */
  list(page: PageQuery): Promise<Page<OnboardingView>>
  get(id: string): Promise<OnboardingView>
  /** @throws ONB_WRONG_STATE when it is in none of these, ONB_NOT_FOUND */
  requireState(id: string, states: readonly OnboardingView['state'][]): Promise<void>
  /**
   * Where to send the browser.
   * @param origin of the console in it; that on localhost when it is not said
   * @throws ONB_WRONG_STATE, SGN_NOT_FROM_HERE, MicrosoftError when Microsoft cannot be reached
   */
  signIn(id: string, sessionId: string, input: StartSignIn, origin?: string): Promise<SignInAddress>
  /** The browser's return. @throws ONB_SIGN_IN_UNKNOWN */
  completeSignIn(answer: SignInReturn, sessionId: string, consoleOrigin?: string): Promise<OnboardingView>
  /**
   * 'New code': asks Microsoft for a one-time code, shows it, and waits for its sign-in in the background. An earlier code no
   * longer counts. @throws ONB_WRONG_STATE, ONB_WRONG_METHOD, MicrosoftError when Microsoft gives none
   */
  deviceCode(id: string): Promise<OnboardingView>
  /** Asks Microsoft at once whether somebody has signed in with the code, and answers with what became of it. */
  checkDeviceCode(id: string): Promise<OnboardingView>
  /** Keeps what is given of the Manual Process's fields. @throws see `giveDetails` */
  giveDetails(id: string, details: OnboardingDetails): Promise<OnboardingView>
  /** Makes a key pair for the Manual Process, here. @throws ONB_WRONG_METHOD, ONB_WRONG_STATE */
  makeCertificate(id: string, input: MakeCertificate): Promise<OnboardingView>
  /** The public part, PEM. @throws ONB_NO_CERTIFICATE */
  certificate(id: string): Promise<string>
  /** How to register the application, with that kind of credential. @throws ONB_WRONG_METHOD */
  registrationGuide(id: string, kind?: CredentialKind): Promise<RegistrationGuide>
  /**
   * 'Grant Access': starts the creation and returns.
   * @param sessionId of a customer's browser, when it is that
   * @throws ONB_WRONG_STATE, ONB_TENANT_BEING_ADDED, ONB_GRANT_BY_CUSTOMER
   */
  grant(id: string, sessionId?: string): Promise<OnboardingView>
  /** Ends the onboarding and takes back what it made. @throws ONB_WRONG_STATE */
  cancel(id: string): Promise<OnboardingView>
  /** @throws ONB_WRONG_STATE, ONB_CREDENTIAL_NOT_WORKING, ONB_TENANT_EXISTS */
  save(id: string, input: SaveOnboarding, operatorId: string): Promise<OnboardingView>
  /** The application password, once. @throws ONB_PASSWORD_NOT_AVAILABLE */
  revealPassword(id: string): Promise<string>
  /** Puts right what an earlier process left; to be called once, when the server starts. */
  recover(): Promise<void>
  /** Ends what nobody moved for an hour. */
  sweep(): Promise<void>
  /** Sweeps every minute until `close`. */
  startSweeper(): void
  /** Stops the creations under way where they are; they go on after a new sign-in. */
  close(): Promise<void>
}

/** What a removal needs of the rooms above. */

/** What runs for an organization. */
export interface OrganizationWork {
  /**
   * Ends the backups, restores and downloads of the organization, and waits until none runs any more.
   * @returns how many there were. @throws JOB_STILL_BUSY after a while; they are being stopped nevertheless
   */
  stop(organizationId: string, signal: AbortSignal): Promise<{ runs: number; restores: number }>
}

/** The backups of an organization. */
export interface OrganizationBackups {
  /** `location` is null before the first backup. */
  facts(organizationId: string): Promise<{
    location: string | null
    restorePoints: number
    mailboxes: number
    items: number
  }>
  /** Deletes files and records for good. Can be repeated after it was broken off. */
  erase(organizationId: string, signal: AbortSignal): Promise<void>
}

/** The administrator's task that removes the application from the tenant. */
export interface CleanExits {
  start(organizationId: string, operatorId: string): Promise<{ id: string }>
  /** `open` while it can still succeed. */
  state(taskId: string): Promise<{ state: 'open' | 'done' | 'ended'; done: string[]; left: string[] }>
  cancel(taskId: string): Promise<void>
}

/** The application of the operator's own through which administrators sign in. */
export interface SignInApplication {
  /** Null without one. */
  ownClientId(cloudId: string): Promise<string | null>
}

export interface RemovalPorts {
  readonly signIn: SignInApplication
  readonly work: OrganizationWork
  readonly backups: OrganizationBackups
  readonly exits: CleanExits
}

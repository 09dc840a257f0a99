/** What to type into a shell to reach a repository with stock restic. */

/** The whole location with user and password, as restic takes it from `RESTIC_REPOSITORY` in every version. */
export function restLocation(address: string, user: string, password: string): string {
  const url = new URL(address)
  url.username = user
  url.password = password
  return `rest:${url.href}`
}

/** In the environment, where the list of processes does not show the password. restic asks for the repository's own password. */
export function resticCommands(location: string): string[] {
  return [
    `export RESTIC_REPOSITORY='${location}'`,
    'restic snapshots',
    'restic ls latest',
    'restic restore latest --target restored',
  ]
}

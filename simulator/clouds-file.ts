import type { ReadyLine } from './start.ts'
import { cloudNames } from './tenant/index.ts'

/** Nothing listens there: a cloud that was not started must not be looked for in the internet. */
const nowhere = 'https://localhost:1'

/** Where the simulated clouds are, as a server is told by its file of clouds (`--clouds FILE`). */
export function cloudsFile(ready: ReadyLine) {
  return Object.fromEntries(
    cloudNames.map((name) => {
      const cloud = ready.clouds[name]
      if (!cloud) return [name, { loginAuthority: nowhere, graphRoot: nowhere }]
      const { login, issuer, graph, ca } = cloud
      return [
        name,
        {
          loginAuthority: login,
          // Where the issuer of tokens has a name of its own, it is an alias of the login service.
          loginAliases: issuer === login ? [] : [issuer],
          graphRoot: graph,
          certificateAuthorityFile: ca,
        },
      ]
    }),
  )
}

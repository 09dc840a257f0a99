import type { RunningSimulator } from '../../simulator/start.ts'

/** What a server needs to know of the simulated clouds, as its file of clouds. */
export function cloudsOf(simulator: RunningSimulator) {
  return Object.fromEntries(
    Object.entries(simulator.ready.clouds).map(([name, { login, issuer, graph, ca }]) => [
      name,
      {
        loginAuthority: login,
        // Where the issuer of tokens has a name of its own, it is an alias of the login service.
        loginAliases: issuer === login ? [] : [issuer],
        graphRoot: graph,
        certificateAuthorityFile: ca,
      },
    ]),
  )
}

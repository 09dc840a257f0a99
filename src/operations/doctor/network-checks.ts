/** The way to Microsoft, as the server itself goes it: proxy, authorities, TLS; and what the answers say about the time. */
import type { Configuration } from '../../config/index.ts'
import { isAppError } from '../../errors/index.ts'
import { type Cloud, createMicrosoftNetwork, productUserAgent, proxyName } from '../../microsoft/index.ts'
import { judgeClock } from './database-checks.ts'
import { type Finding, problem, reasonOf, well } from './finding.ts'

const timeoutMs = 15_000
const mostBytes = 1_048_576

/** Asks login service and Graph of each cloud for what needs no sign-in. */
export async function checkClouds(
  clouds: readonly Cloud[],
  configuration: Pick<Configuration, 'proxy' | 'certificateAuthority'>,
  version: string,
): Promise<Finding[]> {
  const { proxy, certificateAuthority } = configuration
  const network = createMicrosoftNetwork({
    clouds,
    userAgent: productUserAgent(version),
    logger: { debug: () => {}, warn: () => {} },
    ...(proxy && { proxy }),
    ...(certificateAuthority !== null && { certificateAuthorityFile: certificateAuthority }),
  })
  const through = proxy ? ` through the proxy ${proxyName(proxy.url)}` : ''
  const ask = async (cloud: Cloud, url: string): Promise<Finding[]> => {
    const check = `way to ${new URL(url).host}`
    try {
      const answer = await network.exchange(cloud, { method: 'GET', url, headers: {}, timeoutMs })
      await answer.read(mostBytes)
      const date = Date.parse(answer.headers['date'] ?? '')
      const clock = Number.isNaN(date)
        ? []
        : [judgeClock(`clock and ${new URL(url).host}`, Math.abs(Date.now() - date))]
      return [well(check, `answers ${answer.status}${through}`), ...clock]
    } catch (error) {
      const advice = isAppError(error) ? error.remedy : 'Check DNS, firewall and proxy.'
      return [problem(check, `${reasonOf(error)}${through}`, advice)]
    }
  }
  try {
    const all = clouds.map((cloud) => [
      ask(cloud, `${cloud.loginAuthority}/common/v2.0/.well-known/openid-configuration`),
      ask(cloud, `${cloud.graphRoot}/v1.0/$metadata`),
    ])
    return (await Promise.all(all.flat())).flat()
  } finally {
    await network.close()
  }
}

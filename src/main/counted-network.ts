import type { MicrosoftNetwork } from '../microsoft/index.ts'
import type { Metrics } from '../operations/index.ts'

/** The network to Microsoft with every answer counted. */
export function countedNetwork(
  network: MicrosoftNetwork,
  count: Metrics['microsoftAnswered'],
): MicrosoftNetwork {
  return {
    close: () => network.close(),
    exchange: async (cloud, exchange) => {
      const origin = URL.parse(exchange.url)?.origin
      const service =
        origin === cloud.graphRoot ? 'graph' : origin === cloud.loginAuthority ? 'login' : 'other'
      try {
        const answer = await network.exchange(cloud, exchange)
        count({ cloud: cloud.id, service, status: answer.status })
        return answer
      } catch (error) {
        count({ cloud: cloud.id, service, status: null })
        throw error
      }
    },
  }
}

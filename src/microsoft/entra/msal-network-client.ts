import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node'
import { askLoginService, type LoginServiceOptions } from './login-service.ts'

export interface MsalNetworkClient extends INetworkModule {
  /** What the last exchange failed with: MSAL passes on only a part of it. */
  failure(): unknown
}

/** Lets Microsoft's token library talk through our network: its pools, certificate authorities, proxy and limits. */
export function createMsalNetworkClient(
  service: LoginServiceOptions,
  signal: AbortSignal | undefined,
): MsalNetworkClient {
  let failure: unknown

  async function exchange<T>(
    url: string,
    options?: NetworkRequestOptions,
    form?: string,
  ): Promise<NetworkResponse<T>> {
    try {
      const answer = await askLoginService(service, {
        url,
        ...(options?.headers === undefined ? {} : { headers: lowerCase(options.headers) }),
        ...(form === undefined ? {} : { form }),
        signal,
      })
      return { status: answer.status, headers: { ...answer.headers }, body: answer.body as T }
    } catch (error) {
      failure = error
      throw error
    }
  }

  return {
    sendGetRequestAsync: (url, options) => exchange(url, options),
    sendPostRequestAsync: (url, options) => exchange(url, options, options?.body ?? ''),
    failure: () => failure,
  }
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

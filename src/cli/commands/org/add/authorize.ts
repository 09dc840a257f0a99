/** The administrator's sign-in of the two automatic methods, as the terminal shows it. */
import type { DeviceCodeView, OnboardingView, SignInAddress } from '../../../../contract/index.ts'
import type { ApiClient } from '../../../client.ts'
import { note, noteJson } from '../../../terminal.ts'
import { type BrowserReturn, listenForBrowser } from './browser-return.ts'
import type { AddOptions } from './options.ts'

export interface Authorization {
  /** Shows the way to sign in; may be called again when another sign-in is needed. */
  show(): Promise<void>
  close(): void
}

export async function createAuthorization(
  client: ApiClient,
  view: OnboardingView,
  options: AddOptions,
): Promise<Authorization> {
  const path = `/onboardings/${view.id}`
  if (view.method === 'device-code') {
    const show = async () => {
      const { deviceCode } = await client.post<OnboardingView>(`${path}/device-code`)
      if (deviceCode) showCode(deviceCode, options)
    }
    return { show, close: () => {} }
  }
  const listener = await listenForBrowser()
  return { show: () => showAddress(client, path, listener, options), close: () => listener.close() }
}

function showCode({ userCode, verificationAddress, expiresAt }: DeviceCodeView, options: AddOptions): void {
  if (options.json) {
    noteJson({ event: 'device-code', userCode, verificationAddress, expiresAt })
    return
  }
  note('Open this address on any device and sign in there as an administrator of the organization:')
  note(`  ${verificationAddress}`)
  note('with the one-time authorization code:')
  note(`  ${userCode}`)
  note(`It is valid until ${expiresAt}.`)
}

async function showAddress(
  client: ApiClient,
  path: string,
  listener: BrowserReturn,
  options: AddOptions,
): Promise<void> {
  const returned = listener.next()
  const { authorizationUrl } = await client.post<SignInAddress>(`${path}/sign-in`, {
    returnTo: listener.address,
  })
  // What went wrong is the onboarding's own error, which is shown where it is followed.
  void returned.then((answer) => client.post(`${path}/sign-in/return`, answer)).catch(() => {})
  if (options.json) {
    noteJson({ event: 'sign-in', authorizationUrl, returnTo: listener.address })
    return
  }
  note('Open this address in a browser on this computer and sign in as an administrator of the organization:')
  note(`  ${authorizationUrl}`)
  note(`(A browser elsewhere does not find the way back to ${listener.address}: use --method device-code.)`)
}

/** Whether a client shows the credential it must show, and none it must not. */
import { assertionType, checkAssertion, checkSecret } from './assertion.ts'
import type { Client } from './clients.ts'
import { EntraError } from './errors.ts'
import type { EntraParts } from './parts.ts'
import type { Form } from './token-form.ts'

/** Throws 7000218 without any credential, and what is wrong with the one that was sent. */
export async function authenticateClient(
  parts: EntraParts,
  form: Form,
  client: Client,
  segment: string,
): Promise<void> {
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  if (assertion !== undefined && assertion !== '') {
    if (form.get('client_assertion_type') !== assertionType) {
      throw new EntraError(
        900144,
        "The request body must contain the following parameter: 'client_assertion_type'.",
      )
    }
    await checkAssertion(parts.tenant, client, assertion, segment)
    return
  }
  if (secret === undefined || secret === '') {
    throw new EntraError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )
  }
  checkSecret(parts.tenant, client, secret)
}

/** Throws 700025 when a public client sends a credential. */
export function refuseCredential(form: Form): void {
  if (form.has('client_secret') || form.has('client_assertion')) {
    throw new EntraError(
      700025,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
  }
}

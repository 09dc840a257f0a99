import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { liveApplications } from '../../../simulator/tenant/index.ts'
import type { OnboardingView } from '../../../src/contract/index.ts'
import {
  finishOnboarding,
  onboardingIn,
  type Product,
  signIn,
  startOnboarding,
  startProduct,
} from '../../product.ts'

let product: Product

/** Brings a fresh onboarding into the state. */
const ways: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  started: async () => {},
  'signing-in': (id) => product.session.post(`/onboardings/${id}/sign-in`),
  'need-admin-approval': async (id) => {
    await signIn(product, id, 'Cloud Application Administrator')
    await onboardingIn(product, id, 'need-admin-approval')
  },
  'awaiting-grant': (id) => signIn(product, id),
  creating: async (id) => {
    await signIn(product, id)
    await product.session.post(`/onboardings/${id}/grant`)
    await onboardingIn(product, id, 'creating')
  },
  completing: async (id) => {
    await signIn(product, id)
    await product.session.post(`/onboardings/${id}/grant`)
    await onboardingIn(product, id, 'completing')
  },
  verifying: async (id) => {
    await ways['completing']?.(id)
    // The answer does not matter: the server dies while it verifies.
    product.session.post(`/onboardings/${id}/save`, { organizationName: 'Contoso' }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 20))
  },
}

before(async () => {
  product = await startProduct({ users: 2, mails: 2, lagSeconds: 2 })
})
after(() => product.stop())

const applications = () =>
  liveApplications(product.simulator.tenant.directory).filter((one) => one.uniqueName)

for (const [state, reach] of Object.entries(ways)) {
  test(`goes on after a kill in state ${state} with one new sign-in and one application`, async () => {
    const { id } = await startOnboarding(product)
    await reach(id)
    await product.kill()
    await product.restart()
    const found = await product.session.get<OnboardingView>(`/onboardings/${id}`)
    const afterCompletion =
      found.state === 'completing' || found.state === 'verifying' || found.state === 'saved'
    if (!afterCompletion) {
      await signIn(product, id)
      await finishOnboarding(product, id)
    } else if (found.state !== 'saved') {
      const view = await onboardingIn(product, id, 'completing', 'saved')
      if (view.state === 'completing')
        await product.session.post(`/onboardings/${id}/save`, { organizationName: 'Contoso' })
    }
    const saved = await onboardingIn(product, id, 'saved')
    assert.equal(applications().length, 1, 'exactly one application in the tenant')
    const [application] = applications()
    assert.equal(application?.passwordCredentials.length, 1, 'exactly one password')
    assert.ok(saved.organizationId)
    // The next state begins with an empty tenant and no organization.
    await product.stop()
    product = await startProduct({ users: 2, mails: 2, lagSeconds: 2 })
  })
}

/** A personal Microsoft account: Microsoft keeps it at its own page, and if it ever came back the server would refuse it. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import { covers } from '../covers.ts'
import { enterCode, signIn } from './browser.ts'
import { applications, comeBack, hold, type Lab, openLab, sessionId, signInAs, start } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(() => lab.database.db.deleteFrom('onboardings').execute())

/** Where Microsoft keeps all personal accounts. */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'
const somebody = { upn: 'somebody@outlook.com', password: 'whatever it is' }
const administrator = 'Global Administrator'

/** Tokens of the cloud are of the tenant of personal accounts until the returned function is called. */
function asPersonal(cloud: CloudName): () => void {
  const tenant = lab.tenant(cloud)
  const { id } = tenant
  Object.assign(tenant, { id: personalAccounts })
  return () => Object.assign(tenant, { id })
}

test('credential: Microsoft’s page says so, and the next sign-in goes on', async () => {
  covers('credential', 'global', 'personal-account')
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const stayed = await signIn(authorizationUrl, somebody)
  assert.equal(stayed.kind, 'page')
  assert.match(stayed.kind === 'page' ? stayed.text : '', /sign in here with a personal account/)
  assert.equal((await lab.onboardings.get(id)).state, 'signing-in')
  assert.equal((await signInAs(lab, id, administrator)).state, 'awaiting-grant')
})

test('credential: one that comes back is refused in words, and nothing is made', async () => {
  covers('credential', 'global', 'personal-account')
  const { id } = await start(lab)
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  const landing = await signIn(authorizationUrl, lab.persona(administrator))
  const back = asPersonal('global')
  try {
    const view = await comeBack(lab, landing)
    assert.deepEqual([view.state, view.error?.code], ['signing-in', 'MSG_PERSONAL_ACCOUNT'])
    assert.match(view.error?.title ?? '', /personal Microsoft account, which belongs to no organization/)
    assert.match(view.error?.detail ?? '', /work or school account/)
  } finally {
    back()
  }
  assert.deepEqual(applications(lab), [])
})

for (const cloud of cloudNames) {
  test(`device-code, ${cloud}: Microsoft’s page says so, and one that comes back is refused in words`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'personal-account')
    const { id } = await start(lab, { method: 'device-code', cloud })
    const release = hold(lab)
    try {
      const { deviceCode } = await lab.onboardings.deviceCode(id)
      assert.ok(deviceCode)
      assert.match(await enterCode(deviceCode, somebody, 'continue'), /personal account/)
      assert.equal((await lab.onboardings.checkDeviceCode(id)).error, null)
      await enterCode(deviceCode, lab.persona(administrator, cloud), 'continue')
      const back = asPersonal(cloud)
      try {
        const view = await lab.onboardings.checkDeviceCode(id)
        assert.deepEqual([view.state, view.error?.code], ['code-shown', 'MSG_PERSONAL_ACCOUNT'])
      } finally {
        back()
      }
    } finally {
      release()
    }
    assert.deepEqual(applications(lab, cloud), [])
  })
}

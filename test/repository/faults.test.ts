import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorFactory } from '../../src/errors/index.ts'
import {
  type Backend,
  initRepository,
  memoryBackend,
  openRepository,
  repositoryErrors,
  retryingBackend,
} from '../../src/repository/index.ts'
import { faultTests } from './fault-suite.ts'
import { cheapScrypt, password } from './support.ts'

faultTests({ bare: 3, retried: 1 })

const fail = errorFactory(repositoryErrors)

test('half a config that an interrupted upload of ours left is replaced, one of somebody else is not', async () => {
  for (const ours of [true, false]) {
    const place = memoryBackend()
    let saves = 0
    const tearing: Backend = {
      ...place,
      async save(type, name, bytes, signal) {
        if (type !== 'config' || saves++ > 0) return place.save(type, name, bytes, signal)
        await place.save(
          type,
          name,
          ours ? bytes.subarray(0, 20) : Buffer.from('the config of somebody else'),
        )
        throw fail('STO_STORAGE_FAILED', { action: 'save', type, name, reason: 'the connection broke' })
      },
    }
    const retried = retryingBackend(tearing, { attempts: 3, firstWait: 0 })
    const made = initRepository(retried, { password, scrypt: cheapScrypt })
    if (ours) {
      await made
      await (await openRepository(place, { password, host: 'test' })).close()
    } else {
      await assert.rejects(made, { code: 'STO_FILE_EXISTS' })
      const left = await place.load('config', 'config')
      assert.equal(left.toString(), 'the config of somebody else')
    }
  }
})

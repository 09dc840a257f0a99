/**
 * Loaded into every process of the tests before its own code (`test/setup.ts`): argon2id with little memory and one pass, whatever
 * is asked for. The tests make and compare some hundreds of operators' passwords, each of which is meant to take a third of a second.
 * The product has no such switch; `test/security/password-cost.test.ts` holds it to the full cost in a process without this.
 */
import crypto, { type Argon2Parameters } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const derive = crypto.argon2
crypto.argon2 = (algorithm, parameters: Argon2Parameters, callback) =>
  derive(algorithm, { ...parameters, memory: 64, passes: 1 }, callback)
syncBuiltinESMExports()

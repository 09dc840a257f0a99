/**
 * Which passwords are refused although they are long enough: what stands on the lists that attackers try first, the same with a few
 * digits around it or repeated, simple rows of characters, and the names that belong to the account. As NIST SP 800-63B asks for
 * (section 3.1.1.2 of revision 4, 2025); nothing is asked of another server.
 *
 * The list is that of `@zxcvbn-ts/language-common`: about 49,000 passwords, the most frequent of several published breaches.
 */
import { fail } from './errors.ts'

const productNames = ['bdrcloud', 'bdr cloud']
/** Shorter names are parts of many words: they count as words of their own only. */
const shortName = 4
/** Fewer different characters are a row of the same. */
const leastDifferent = 5

let list: Promise<ReadonlySet<string>> | undefined

/** Every listed password, in lower case; read when first asked for. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((one) => one.toLowerCase())),
  )
  return list
}

/** Throws SEC_PASSWORD_COMMON, SEC_PASSWORD_OBVIOUS. The length is checked by the contract. */
export async function requireGoodPassword(
  password: string,
  account: { readonly userName: string },
): Promise<void> {
  const text = password.normalize('NFKC').toLowerCase()
  if (namesOf(account.userName).some((name) => contains(text, name))) throw fail('SEC_PASSWORD_OBVIOUS')
  const listed = await commonPasswords()
  if (isSimpleRow(text) || cores(text).some((core) => listed.has(core) || isRepeated(core, listed))) {
    throw fail('SEC_PASSWORD_COMMON')
  }
}

/** The product's names, the user name, and of an address what is before the @. */
function namesOf(userName: string): string[] {
  const own = userName.normalize('NFKC').toLowerCase()
  return [...productNames, own, own.split('@')[0] ?? own].filter((one) => one !== '')
}

function contains(text: string, name: string): boolean {
  if (name.length >= shortName) return text.includes(name)
  return text.split(/[^\p{L}\p{N}]+/u).includes(name)
}

/** As it is, and without what is put around a word to make it longer. */
function cores(text: string): string[] {
  const inner = text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
  return inner === '' || inner === text ? [text] : [text, inner]
}

/** A listed password again and again: `passwordpassword`. */
function isRepeated(text: string, listed: ReadonlySet<string>): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length)
    if (text.length % length === 0 && unit.repeat(text.length / length) === text && listed.has(unit))
      return true
  }
  return false
}

/** `aaaaaaaaaaaa`, `121212121212`, `abcdefghijkl`, `987654321098`. */
function isSimpleRow(text: string): boolean {
  if (new Set(text).size < leastDifferent) return true
  const codes = Array.from(text, (one) => one.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  // From 9 on to 0, and back, is a step as well.
  return [1, -1].some((way) => steps.every((step) => step === way || step === -9 * way))
}

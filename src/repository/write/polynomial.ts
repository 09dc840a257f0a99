/**
 * Polynomials over GF(2) as bigint, bit n being the coefficient of x^n. Used once per repository to make or check the chunker's
 * polynomial; speed does not matter. Irreducibility by Ben-Or's test.
 */
import { randomBytes } from 'node:crypto'
import { fail } from '../errors.ts'
import type { RandomSource } from '../format/crypto.ts'

export const polynomialDegree = 53

export function degree(polynomial: bigint): number {
  return polynomial === 0n ? -1 : polynomial.toString(2).length - 1
}

export function remainder(value: bigint, modulus: bigint): bigint {
  const top = degree(modulus)
  let rest = value
  for (let at = degree(rest); at >= top; at = degree(rest)) rest ^= modulus << BigInt(at - top)
  return rest
}

function multiply(a: bigint, b: bigint, modulus: bigint): bigint {
  let product = 0n
  let shifted = a
  for (let rest = b; rest > 0n; rest >>= 1n) {
    if (rest & 1n) product ^= shifted
    shifted <<= 1n
  }
  return remainder(product, modulus)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, remainder(x, y)]
  return x
}

/** Ben-Or: irreducible when x^(2^i) - x has no common factor with it, for each i up to half its degree. */
export function isIrreducible(polynomial: bigint): boolean {
  let power = 2n
  for (let step = 1; step <= Math.floor(degree(polynomial) / 2); step++) {
    power = multiply(power, power, polynomial)
    if (greatestCommonDivisor(polynomial, power ^ 2n) !== 1n) return false
  }
  return degree(polynomial) > 0
}

/** A random irreducible polynomial of degree 53; about one odd candidate in 27 is one. */
export function randomPolynomial(random: RandomSource = randomBytes): bigint {
  for (;;) {
    const bits = random(8).readBigUInt64BE() & ((1n << 53n) - 1n)
    const candidate = bits | (1n << 53n) | 1n
    if (isIrreducible(candidate)) return candidate
  }
}

/** Reads hex digits without prefix, as in the config file. Errors: `STO_POLYNOMIAL_INVALID`. */
export function parsePolynomial(text: string | bigint): bigint {
  const invalid = () => fail('STO_POLYNOMIAL_INVALID', { polynomial: String(text) })
  if (typeof text === 'string' && !/^[0-9a-f]{1,16}$/i.test(text)) throw invalid()
  const polynomial = typeof text === 'bigint' ? text : BigInt(`0x${text}`)
  if (degree(polynomial) !== polynomialDegree || !isIrreducible(polynomial)) throw invalid()
  return polynomial
}

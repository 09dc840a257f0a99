import { InvalidArgumentError } from 'commander'

/** Reads an option of the command line that is a number from 1 to 99999999. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('give a number from 1')
  return Number(text)
}

/**
 * Text like that of the corpus, without end: a chain of words, each drawn from those that follow the two before it somewhere in
 * the corpus. So it compresses about as real text does, and does not repeat within a compression window.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeededRandom } from '../random.ts'

/** Used where there is no corpus: short, so its chains repeat sooner. */
const ownText = `The committee met on Tuesday to look at the figures of the last quarter, and asked for a second opinion on the
contract before the end of the month. Please find the minutes attached; the next meeting is planned for the ninth at ten o'clock
in the large room, and whoever cannot come should say so by Friday. As to the delivery, the supplier wrote that the parts left
the harbour on the third and that the customs office wants the original invoice, which we sent twice already. Could you call them
and ask which of the two they need, the one with the stamp or the one without? The budget of the project was raised by four
percent, which covers the new machines but not the training. I would rather wait for the numbers of the branch in the north
before we decide, since they were wrong the last time and nobody noticed until the auditors came. Thank you for the quick answer
about the travel costs, and greet the colleagues from me.`

/** All lines of text in the mails of the corpus (a folder that has `mail/`), or a text of our own where it is absent. */
export function corpusText(corpus: string): string {
  const folder = join(corpus, 'mail')
  if (!existsSync(folder)) return ownText
  const mails = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
  // Base64 lines are no text: attachments are made apart.
  return mails
    .join('\n')
    .split('\n')
    .filter((line) => /[ :]/.test(line))
    .join('\n')
}

/** `length` bytes (about) of text that reads like `sample`. */
export function textPool(sample: string, length: number, random: SeededRandom): Buffer {
  const words = sample.split(/(?<=\s)(?=\S)/)
  const followers = new Map<string, string[]>()
  const keyOf = (first: string, second: string) => `${first}\0${second}`
  for (let at = 2; at < words.length; at++) {
    const key = keyOf(words[at - 2] ?? '', words[at - 1] ?? '')
    const list = followers.get(key)
    if (list) list.push(words[at] ?? '')
    else followers.set(key, [words[at] ?? ''])
  }
  const parts: string[] = []
  let [first, second] = ['', '']
  for (let size = 0; size < length; ) {
    const list = followers.get(keyOf(first, second))
    // A chain would go in circles where the sample has one way only: now and then it begins anew.
    const jump = !list || random.between(1, 12) === 1
    const at = random.between(0, words.length - 1)
    const next = jump ? words[at] : list[random.between(0, list.length - 1)]
    ;[first, second] = [second, next ?? '']
    parts.push(second)
    size += second.length
  }
  return Buffer.from(parts.join(''))
}

/** Listings of restic's REST protocol as they arrive: version 2 (`[{"name","size"}]`) and version 1 (`["name"]`). */
import { isRecord } from '../format/json.ts'

const longestElement = 65_536

/** Yields entries one by one, never holding the whole listing. Throws a plain `Error` when it is cut or is no listing. */
export async function* readListing(
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<{ readonly name: string; readonly size?: number }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of body) {
    text += decoder.decode(part, { stream: true })
    const element = /\s*[[,]\s*(\{[^{}]*\}|"[^"]*")/y
    let taken = 0
    for (let match = element.exec(text); match; match = element.exec(text)) {
      taken = element.lastIndex
      yield entryOf(match[1] ?? '')
    }
    text = text.slice(taken)
    if (text.length > longestElement) throw new Error('the listing is no JSON array of files')
  }
  if (!/^\s*(\[\s*)?\]\s*$|^\s*null\s*$/.test(text)) throw new Error('the listing breaks off')
}

function entryOf(json: string): { readonly name: string; readonly size?: number } {
  const value: unknown = JSON.parse(json)
  if (typeof value === 'string') return { name: value }
  if (!isRecord(value) || typeof value['name'] !== 'string')
    throw new Error('the listing has an entry without name')
  const { name, size } = value
  return typeof size === 'number' && size >= 0 ? { name, size } : { name }
}

/**
 * Whether JSON stands as restic writes it: compact, Go's escapes, known fields in Go's order, numbers in their shortest form. Other forms
 * read equally, but the same thing written by restic gets another hash.
 */
import { isRecord, isTooDeep, jsonValue, parseJson } from './json.ts'

/** Releases of Go differ in these two escapes: both forms are restic's. */
const escapes: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' }

/** Text of JSON with one form for what releases of Go write differently. */
export function uniformEscapes(json: string): string {
  return json.includes('\\') ? json.replace(/\\./gs, (found) => escapes[found] ?? found) : json
}

export interface JsonForm {
  /** Names of fields that restic does not know, each once. */
  readonly unknown: readonly string[]
  readonly canonical: boolean
}

/** `known` are the fields of the object in Go's order. What is nested too deeply to be written again is not canonical. Throws SyntaxError. */
export function formOf(json: string, known: readonly string[]): JsonForm {
  const text = json.endsWith('\n') ? json.slice(0, -1) : json
  const value = parseJson(text)
  const keys = isRecord(value) ? Object.keys(value) : []
  const unknown = keys.filter((key) => !known.includes(key))
  const places = keys.filter((key) => known.includes(key)).map((key) => known.indexOf(key))
  const inOrder = places.every((place, position) => place > (places[position - 1] ?? -1))
  const canonical = inOrder && !isTooDeep(value) && uniformEscapes(text) === uniformEscapes(jsonValue(value))
  return { unknown, canonical }
}

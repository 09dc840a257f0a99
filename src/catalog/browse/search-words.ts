/** Words taken from one question, at most. */
const maximumWords = 12

/**
 * The words that a person types, each as a PostgreSQL `tsquery` (configuration `simple`) that also finds words which begin
 * with it. None when there is no word in it.
 */
export function searchWords(text: string): string[] {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}@._+-]*/gu) ?? []
  return words.slice(0, maximumWords).map(wordQuery)
}

/** Addresses, versions and compounds are indexed whole or in pieces, as PostgreSQL sees fit: either will do. */
function wordQuery(word: string): string {
  const pieces = word.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  const whole = `'${word.replace(/[._+-]+$/, '')}':*`
  return pieces.length < 2 ? whole : `(${whole} | (${pieces.map((piece) => `'${piece}':*`).join(' & ')}))`
}

/** Words taken from one question, at most. */
const maximumWords = 12

/**
 * Turns what a person types into a PostgreSQL `tsquery` (configuration `simple`): every word must occur, and the end of
 * each may be missing. Answers null when there is no word in it.
 */
export function searchWords(text: string): string | null {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}@._+-]*/gu) ?? []
  if (words.length === 0) return null
  return words
    .slice(0, maximumWords)
    .map((word) => `'${word.replace(/[._+-]+$/, '')}':*`)
    .join(' & ')
}

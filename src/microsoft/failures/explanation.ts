/** What a Microsoft error means to a person. Each part is one or more whole sentences. */
export interface Explanation {
  readonly happened: string
  readonly why: string
  readonly remedy: string
}

/** An explanation and the codes it stands for: AADSTS numbers, OAuth errors or codes of Microsoft Graph. */
export interface ExplanationRow extends Explanation {
  readonly codes: readonly (number | string)[]
}

/** An explanation that is told by Microsoft's text, where one code stands for several things. */
export interface TextExplanation extends Explanation {
  readonly code: string
  readonly text: RegExp
}

/** What there is to do where Microsoft mends it by itself. */
export const retriedByItself =
  'Try again in a few minutes, where the server does not do so by itself; if it stays so, look at the service health of Microsoft 365.'

/** What there is to do where only the developers can mend it. */
export const reportIt = 'Report this with the log of the server and the correlation id.'

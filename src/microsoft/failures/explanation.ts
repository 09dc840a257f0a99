/** What a Microsoft error means to a person. Each part is one or more whole sentences. */
export interface Explanation {
  readonly happened: string
  readonly why: string
  readonly remedy: string
}

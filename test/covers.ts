import type { CoveredCloud, CoveredSection, SituationOf } from '../scripts/docs/onboarding-situations.ts'

type OneOrMore<T> = T | readonly T[]

/**
 * Says what the test around it covers of adding and managing organizations, as the first statement of the test. It does nothing
 * when it runs: `npm run docs` reads these calls into the table of docs/onboarding.md, so its arguments are literals.
 */
export function covers<S extends CoveredSection>(
  _section: S,
  _clouds: OneOrMore<CoveredCloud>,
  _situations: OneOrMore<SituationOf<S>>,
): void {}

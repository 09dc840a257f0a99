export { onboardingErrors } from './errors.ts'
export { createOnboardings, type OnboardingOptions, type Onboardings } from './onboarding.ts'
export type { SignInReturn } from './sign-in-return.ts'

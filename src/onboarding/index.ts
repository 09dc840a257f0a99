export { onboardingErrors } from './errors.ts'
export { createOnboardings } from './onboarding-service.ts'
export type { OnboardingOptions, Onboardings } from './onboardings.ts'
export type { SignInReturn } from './sign-in-return.ts'

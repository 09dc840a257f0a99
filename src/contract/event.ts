import type { TaskView } from './administrator-task.ts'
import type { AlertChange } from './alert.ts'
import type { ApprovalView } from './approval.ts'
import type { RestoreView } from './mail.ts'
import type { OnboardingView } from './onboarding.ts'
import type { OrganizationView } from './organization.ts'
import type { OrganizationCheckView } from './organization-check.ts'
import type { RemovalView } from './organization-removal.ts'
import type { RunView } from './run.ts'

/** `GET /events` (server-sent events): the event's name is `topic`, its data the JSON of `view`. */
export type AppEvent =
  | { readonly topic: 'onboarding'; readonly view: OnboardingView }
  | { readonly topic: 'administrator-task'; readonly view: TaskView }
  | { readonly topic: 'organization'; readonly view: OrganizationView }
  | { readonly topic: 'organization-check'; readonly view: OrganizationCheckView }
  | { readonly topic: 'removal'; readonly view: RemovalView }
  | { readonly topic: 'run'; readonly view: RunView }
  | { readonly topic: 'restore'; readonly view: RestoreView }
  | { readonly topic: 'alert'; readonly view: AlertChange }
  /** Heard by those who may decide, and by whoever asked: also when the delay has passed. */
  | { readonly topic: 'approval'; readonly view: ApprovalView }

/** Where rooms announce changes; the server passes them to the browsers that listen. Publishing never throws or waits. */
export interface EventBus {
  publish(event: AppEvent): void
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: AppEvent) => void): () => void
}

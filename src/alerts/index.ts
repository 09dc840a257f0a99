/** The door of the alerts: what operators are told of without looking, and the ways it reaches them. */

export { type Alerts, createAlerts } from './alerts.ts'
export { alertCatalogue } from './catalogue.ts'
export type { VaultProbe } from './conditions/context.ts'
export { alertErrors } from './errors.ts'
export { createThresholds } from './thresholds.ts'

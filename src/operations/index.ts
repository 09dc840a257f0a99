/** What keeps the server itself in order: metrics, readiness. Used by `src/main` and by the commands that run on the server's machine. */
export { examine } from './doctor/doctor.ts'
export type { Finding } from './doctor/finding.ts'
export { operationsErrors } from './errors.ts'
export { createMetrics, type Metrics } from './metrics/metrics.ts'
export { listenForMetrics } from './metrics/metrics-listener.ts'
export { createReadiness, type ReadinessProbe } from './readiness.ts'
export { saveBeforeUpgrade } from './state/save-before-upgrade.ts'
export { collectSupport } from './support/support-bundle.ts'

export { createFaults, type FaultRule, type Faults, readFaultRules } from './faults.ts'
export { entraDescription, entraEntry, type FaultKind, faultKinds } from './named-faults.ts'
export { createRequestLog, type LoggedRequest, logRequests, type RequestLog } from './request-log.ts'

export { createFaults, type FaultRule, type Faults, readFaultRules } from './faults.ts'
export { createRequestLog, type LoggedRequest, type RequestLog } from './request-log.ts'

export { type AddressGuard, createAddressGuard } from './address-guard.ts'
export { createEgress, type Egress, type EgressAnswer, type EgressRequest } from './egress.ts'
export { egressErrors } from './errors.ts'

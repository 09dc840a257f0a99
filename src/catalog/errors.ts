import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const catalogErrors = {
  CAT_RUN_TAKEN_OVER: {
    kind: 'operational',
    status: 409,
    message: 'The backup run is driven by another process by now, or has ended',
    remedy: 'Nothing is to be done: what this process had not yet recorded, the other one does again.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(catalogErrors)

import type { FastifyInstance } from 'fastify'
import type { Tenant } from '../tenant/index.ts'
export function registerDeletedItems(_app: FastifyInstance, _tenant: Tenant): void {}

import type { FastifyInstance } from 'fastify'
import type { EntraParts } from './token.ts'
export function registerPages(_app: FastifyInstance, _parts: EntraParts): void {}

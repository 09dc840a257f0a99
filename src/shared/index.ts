export * from './clock.ts'
export * from './cursor.ts'
export * from './logger.ts'
export * from './one-at-a-time.ts'

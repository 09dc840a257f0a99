import type { AppEvent, EventBus } from '../contract/index.ts'
import type { Logger } from '../shared/index.ts'

/** An event bus within this process. A listener that throws is logged and does not disturb the others or the publisher. */
export function createEventBus({ logger }: { logger: Logger }): EventBus {
  const listeners = new Set<(event: AppEvent) => void>()
  return {
    publish: (event) => {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          logger.error({ err: error, topic: event.topic }, 'a listener for events failed')
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

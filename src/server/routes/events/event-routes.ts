/**
 * Server-sent events: what changed, as it changes. A client that reads too slowly is cut off instead of filling memory; it connects
 * again and loads afresh. The stream ends with its session.
 */
import type { ServerResponse } from 'node:http'
import type { EventBus } from '../../../contract/index.ts'
import type { Sessions } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { mayHear } from '../../authorize.ts'
import { fail } from '../../errors.ts'
import { sessionOf } from '../../guard.ts'

export interface EventStreamLimits {
  /** Time between two signs of life, in milliseconds; the session is looked at each time. */
  readonly heartbeat: number
  /** Bytes that may wait for one client. */
  readonly bufferedBytes: number
  readonly streamsPerSession: number
}

const defaults: EventStreamLimits = { heartbeat: 15_000, bufferedBytes: 1_048_576, streamsPerSession: 20 }

export function registerEventRoutes(
  app: ApiServer,
  services: {
    events: EventBus
    sessions: Sessions
    limits?: Partial<EventStreamLimits>
    /** Hears how many streams are open, at every change. */
    onCount?: (open: number) => void
  },
): void {
  const limits = { ...defaults, ...services.limits }
  const open = new Map<ServerResponse, string>()
  app.addHook('preClose', async () => {
    for (const stream of open.keys()) stream.end()
  })
  app.get(
    '/events',
    {
      schema: {
        operationId: 'streamEvents',
        tags: ['server'],
        description:
          'Server-sent events, of what the caller may see. The name of an event is its topic (onboarding, organization, organization-check, removal, run, restore), its data the JSON of the view.',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const session = sessionOf(request)
      const sessionId = session.id
      const ofSession = [...open.values()].filter((id) => id === sessionId).length
      if (ofSession >= limits.streamsPerSession) throw fail('SRV_TOO_MANY_STREAMS')
      const headers = reply.getHeaders() as Record<string, string>
      reply.hijack()
      const stream = reply.raw
      stream.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      })
      const send = (text: string) => {
        if (stream.writableEnded || stream.destroyed) return
        if (stream.writableLength > limits.bufferedBytes) stream.destroy()
        else stream.write(text)
      }
      send(': listening\n\n')
      const unsubscribe = services.events.subscribe((event) => {
        if (mayHear(session, event)) send(`event: ${event.topic}\ndata: ${JSON.stringify(event.view)}\n\n`)
      })
      const timer = setInterval(() => {
        send(': alive\n\n')
        services.sessions.lasts(session).then(
          (lasts) => lasts || stream.end('event: session-ended\ndata: {}\n\n'),
          (error: unknown) =>
            request.log.warn({ err: error }, 'the session of a stream could not be looked at'),
        )
      }, limits.heartbeat)
      open.set(stream, sessionId)
      services.onCount?.(open.size)
      stream.once('close', () => {
        clearInterval(timer)
        unsubscribe()
        open.delete(stream)
        services.onCount?.(open.size)
      })
    },
  )
}

/**
 * Server-sent events: what changed, as it changes. A client that reads too slowly is cut off instead of filling memory; it connects
 * again and loads afresh. The stream ends with its session.
 */
import type { ServerResponse } from 'node:http'
import type { AppEvent, EventBus } from '../../../contract/index.ts'
import type { Session, Sessions } from '../../../security/index.ts'
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
  readonly streamsPerOperator: number
  /** Of all operators. */
  readonly streams: number
}

const defaults: EventStreamLimits = {
  heartbeat: 15_000,
  bufferedBytes: 1_048_576,
  streamsPerSession: 20,
  streamsPerOperator: 100,
  streams: 2_000,
}

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
  const open = new Set<ServerResponse>()
  const ofSessions = createTally()
  const ofOperators = createTally()
  const textOf = createEventTexts()
  const lasts = createLookUps(services.sessions)
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end()
  })
  app.get(
    '/events',
    {
      schema: {
        operationId: 'streamEvents',
        tags: ['server'],
        description:
          'Server-sent events, of what the caller may see. The name of an event is its topic (onboarding, organization, organization-check, removal, run, restore, alert, approval), its data the JSON of the view.',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const session = sessionOf(request)
      const sessionId = session.id
      const operatorId = session.operator.id
      if (
        ofSessions.of(sessionId) >= limits.streamsPerSession ||
        ofOperators.of(operatorId) >= limits.streamsPerOperator ||
        open.size >= limits.streams
      )
        throw fail('SRV_TOO_MANY_STREAMS')
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
        if (mayHear(session, event)) send(textOf(event))
      })
      const timer = setInterval(() => {
        send(': alive\n\n')
        lasts(session).then(
          (still) => still || stream.end('event: session-ended\ndata: {}\n\n'),
          (error: unknown) =>
            request.log.warn({ err: error }, 'the session of a stream could not be looked at'),
        )
      }, limits.heartbeat)
      open.add(stream)
      ofSessions.add(sessionId, 1)
      ofOperators.add(operatorId, 1)
      services.onCount?.(open.size)
      stream.once('close', () => {
        clearInterval(timer)
        unsubscribe()
        open.delete(stream)
        ofSessions.add(sessionId, -1)
        ofOperators.add(operatorId, -1)
        services.onCount?.(open.size)
      })
    },
  )
}

/** How many of each there are; nothing is kept of what there is none of. */
function createTally() {
  const counts = new Map<string, number>()
  return {
    of: (id: string) => counts.get(id) ?? 0,
    add: (id: string, by: 1 | -1) => {
      const count = (counts.get(id) ?? 0) + by
      if (count > 0) counts.set(id, count)
      else counts.delete(id)
    },
  }
}

/** The text of an event, made once however many hear it. */
function createEventTexts(): (event: AppEvent) => string {
  const texts = new WeakMap<AppEvent, string>()
  return (event) => {
    const text = texts.get(event) ?? `event: ${event.topic}\ndata: ${JSON.stringify(event.view)}\n\n`
    texts.set(event, text)
    return text
  }
}

/** Whether a session lasts: streams of one session that ask at the same time ask the database once. */
function createLookUps(sessions: Pick<Sessions, 'lasts'>): (session: Session) => Promise<boolean> {
  const underWay = new Map<string, Promise<boolean>>()
  return (session) => {
    const { id } = session
    const known = underWay.get(id)
    if (known) return known
    const asked = sessions.lasts(session).finally(() => underWay.delete(id))
    underWay.set(id, asked)
    return asked
  }
}

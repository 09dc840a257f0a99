import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionView } from '../contract/index.ts'
import { type RecoveryKits, rolesWithin, type Session, type Sessions } from '../security/index.ts'

/** How a session reaches a browser: its cookie and what the console needs to know of it. */
export interface SessionDesk {
  /** Starts a session for the browser (ending the one it had) and sets its cookie. */
  open(reply: FastifyReply, operator: Session['operator']): Promise<SessionView>
  close(reply: FastifyReply, session: Session): Promise<void>
  view(session: Session): Promise<SessionView>
}

export function createSessionDesk(parts: {
  sessions: Sessions
  recoveryKits: RecoveryKits
  cookieName: string
  secure: boolean
}): SessionDesk {
  const { sessions, recoveryKits, cookieName, secure } = parts
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const view = async (session: Session): Promise<SessionView> => ({
    operator: session.operator,
    rights: [...session.rights],
    tokenRoles: session.token ? [] : [...rolesWithin(session.operator.role)],
    csrfToken: session.csrfToken,
    expiresAt: new Date(session.expiresAt).toISOString(),
    recoveryKitConfirmed: await recoveryKits.confirmed(),
  })
  return {
    open: async (reply, operator) => {
      const old = reply.request.cookies[cookieName]
      const ended = old ? await sessions.find(old, 'cookie') : null
      if (ended) await sessions.end(ended.id)
      auditAs(reply.request, operator)
      const { token, session } = await sessions.start(operator, 'cookie')
      reply.setCookie(cookieName, token, cookie)
      return view(session)
    },
    close: async (reply, session) => {
      await sessions.end(session.id)
      reply.clearCookie(cookieName, cookie)
    },
    view,
  }
}

/** Names who came, for the audit trail, where no session says it yet. */
export function auditAs(request: FastifyRequest, operator: Session['operator']): void {
  request.auditActor = { id: operator.id, name: operator.userName, role: operator.role }
}

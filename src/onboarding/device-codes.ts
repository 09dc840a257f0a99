/**
 * One-time codes at hand and the polling for their sign-ins, by key (an onboarding's id): in memory only, as the token they
 * end in. At most one code per key counts; asking for another, `forget`, or the server's end stops the polling of the first.
 */
import type { DeviceCodeView } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import {
  type Cloud,
  createDeviceSignIn,
  type DeviceCode,
  type DeviceSignIn,
  isMicrosoftError,
  isTransient,
  type SignInResult,
} from '../microsoft/index.ts'
import type { MicrosoftSide } from '../organizations/index.ts'
import { codeProblem } from './device-code-problem.ts'

export interface DeviceCodeHandlers {
  /** Somebody signed in with the code. The signal ends when the code no longer counts. Its failure is the code's end. */
  accepted(key: string, result: SignInResult, signal: AbortSignal): Promise<void>
  /** Nobody will sign in with the code any more. */
  ended(key: string, error: unknown): Promise<void>
  /** What is shown of the code has changed. */
  changed(key: string): Promise<void>
}

export interface DeviceCodes {
  /** Asks Microsoft for a code and begins to poll. @throws MicrosoftError */
  start(key: string, place: { readonly cloud: Cloud; readonly tenant: string | null }): Promise<void>
  /** The code as it may be shown; null when there is none. */
  shown(key: string): DeviceCodeView | null
  /** Asks Microsoft at once; resolves when the answer has been acted upon. */
  check(key: string): Promise<void>
  forget(key: string): void
  /** Resolves when no polling goes on any more: after the end of `closing`. */
  settled(): Promise<void>
}

interface Held {
  readonly code: DeviceCode
  readonly signIn: DeviceSignIn
  readonly abort: AbortController
  readonly signal: AbortSignal
  intervalMs: number
  /** Microsoft asked for a longer pause before the next poll only. */
  pauseMs: number
  accepted: boolean
  notice: string | null
  over: boolean
  /** The poll or its consequence under way: one after the other. */
  turn: Promise<void>
}

/** RFC 8628, section 3.5: what `slow_down` adds to the interval. */
const slowDownMs = 5_000

export function createDeviceCodes(
  side: MicrosoftSide,
  closing: AbortSignal,
  handlers: DeviceCodeHandlers,
): DeviceCodes {
  const { clock, logger } = side
  const held = new Map<string, Held>()
  const loops = new Set<Promise<void>>()

  const forget = (key: string): void => {
    const one = held.get(key)
    if (!one) return
    held.delete(key)
    one.over = true
    one.abort.abort()
  }

  const ended = async (key: string, one: Held, error: unknown): Promise<void> => {
    if (one.signal.aborted) return
    forget(key)
    logger.info({ onboarding: key, code: isAppError(error) ? error.code : null }, 'the one-time code ended')
    await handlers.ended(key, codeProblem(error))
  }

  const notice = async (key: string, one: Held, text: string | null): Promise<void> => {
    if (one.notice === text) return
    one.notice = text
    await handlers.changed(key)
  }

  const ask = async (key: string, one: Held): Promise<void> => {
    if (one.over || one.signal.aborted) return
    let answer: Awaited<ReturnType<DeviceSignIn['poll']>>
    try {
      answer = await one.signIn.poll(one.code, one.signal)
    } catch (error) {
      // Microsoft alone knows when a code has expired, but an answer that never comes must not keep it alive.
      if (!isTransient(error) || clock.now() >= one.code.expiresAt) return ended(key, one, error)
      one.pauseMs = isMicrosoftError(error) ? (error.retryAfterMs ?? 0) : 0
      return notice(key, one, isAppError(error) ? error.message : null)
    }
    if (answer === 'slow-down') one.intervalMs += slowDownMs
    if (answer === 'pending' || answer === 'slow-down') return notice(key, one, null)
    one.accepted = true
    one.notice = null
    await handlers.changed(key)
    try {
      await handlers.accepted(key, answer, one.signal)
      if (held.get(key) === one) forget(key)
    } catch (error) {
      await ended(key, one, error)
    }
  }

  /** After the turn before, whatever became of it. */
  const inTurn = (key: string, one: Held): Promise<void> => {
    const turn = one.turn.then(() => ask(key, one))
    one.turn = turn.catch(() => {})
    return turn
  }

  const poll = async (key: string, one: Held): Promise<void> => {
    while (!one.over && !one.signal.aborted) {
      const pause = Math.max(one.intervalMs, one.pauseMs)
      one.pauseMs = 0
      await clock.sleep(pause, one.signal)
      await inTurn(key, one)
    }
  }

  return {
    start: async (key, { cloud, tenant }) => {
      forget(key)
      const signIn = createDeviceSignIn({ ...side, cloud, clientId: cloud.signInClientId })
      const code = await signIn.start({ ...(tenant !== null && { tenant }), signal: closing })
      const abort = new AbortController()
      const one: Held = {
        code,
        signIn,
        abort,
        signal: AbortSignal.any([abort.signal, closing]),
        intervalMs: code.intervalMs,
        pauseMs: 0,
        accepted: false,
        notice: null,
        over: false,
        turn: Promise.resolve(),
      }
      // Two who asked at once: the later answer counts.
      forget(key)
      held.set(key, one)
      const loop = poll(key, one)
        .catch((error: unknown) => {
          if (!one.signal.aborted)
            logger.error(
              { onboarding: key, error: String(error) },
              'polling for a sign-in ended unexpectedly',
            )
        })
        .finally(() => loops.delete(loop))
      loops.add(loop)
    },
    shown: (key) => {
      const one = held.get(key)
      return one ? codeView(one) : null
    },
    check: async (key) => {
      const one = held.get(key)
      if (one) await inTurn(key, one)
    },
    forget,
    settled: async () => {
      await Promise.all(loops)
    },
  }
}

function codeView({ code, accepted, notice }: Held): DeviceCodeView {
  return {
    userCode: code.userCode,
    verificationAddress: code.verificationAddress,
    message: code.message,
    expiresAt: new Date(code.expiresAt).toISOString(),
    accepted,
    notice,
  }
}

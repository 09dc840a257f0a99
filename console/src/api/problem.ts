import type { Problem } from '../../../src/contract/index.ts'

/** An error of the API, or of the way to it, with the problem that the console shows. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }
}

/** The console's own problems have the same shape as the server's, so that one message bar shows both. */
function ownProblem(code: string, title: string, detail: string, status = 0): Problem {
  return { type: 'about:blank', title, status, code, kind: 'operational', detail }
}

export const unreachable = (): Problem =>
  ownProblem(
    'CONSOLE_SERVER_UNREACHABLE',
    'The server does not answer.',
    'Check that BDRCloud Server is running and that this computer reaches it, then try again.',
  )

export const unexpectedAnswer = (status: number): Problem =>
  ownProblem(
    'CONSOLE_UNEXPECTED_ANSWER',
    `The server answered in an unexpected way (HTTP ${status}).`,
    'Reload the page. If it happens again, look into the log of the server.',
    status,
  )

export const passkeyCancelled = (): Problem =>
  ownProblem(
    'CONSOLE_PASSKEY_CANCELLED',
    'The browser gave no passkey.',
    'It was cancelled, took too long, or no passkey for this address is on this device. Try again, or sign in another way.',
  )

export const passkeyThere = (): Problem =>
  ownProblem(
    'CONSOLE_PASSKEY_THERE',
    'This device has a passkey for your account already.',
    'Use that one, or add one of another device or key.',
  )

/** The problem of anything thrown: what the API said, or that something in the console itself went wrong. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return ownProblem(
    'CONSOLE_FAILED',
    'Something in this page went wrong.',
    `Reload the page. Details: ${error instanceof Error ? error.message : String(error)}`,
  )
}

/** True for data that has the shape of problem details. */
export function isProblem(data: unknown): data is Problem {
  return (
    typeof data === 'object' &&
    data !== null &&
    'title' in data &&
    'status' in data &&
    'code' in data &&
    'detail' in data
  )
}

/** The line that tells a problem of the product itself apart: code and request. */
export function problemReference({ code, requestId }: Problem): string {
  return [code, requestId && `Request: ${requestId}`].filter(Boolean).join(' · ')
}

/** What Microsoft's support asks for, by the name of its text (`common.support…`), in the order it is read. */
export function supportDetails(problem: Problem): { name: SupportDetail; value: string }[] {
  const { microsoft } = problem
  if (!microsoft) return []
  const values: Record<SupportDetail, string | null | undefined> = {
    error: microsoft.code,
    message: microsoft.message,
    correlationId: microsoft.correlationId,
    requestId: microsoft.requestId,
    time: microsoft.time,
    reference: problemReference(problem),
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value ? [{ name: name as SupportDetail, value }] : [],
  )
}
export type SupportDetail = 'error' | 'message' | 'correlationId' | 'requestId' | 'time' | 'reference'

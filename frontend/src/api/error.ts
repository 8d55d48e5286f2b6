import type { Problem, Violation } from './types'

/** The server answered, and it was no: an RFC 9457 problem. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly violations: Violation[]
  /** Seconds, when the server knows. */
  readonly retryAfter: number | undefined

  constructor(problem: Problem) {
    super(problem.code)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail ?? problem.title
    this.violations = problem.violations ?? []
    this.retryAfter = problem.retryAfter
  }
}

/** No answer: the network, a proxy or the server is away. Nothing is known about what was asked. */
export class NetworkError extends Error {
  constructor(cause?: unknown) {
    super('network', { cause })
    this.name = 'NetworkError'
  }
}

export type Failure = ApiError | NetworkError

/** A repeated request can succeed without the person changing anything. */
export function isTemporary(failure: Failure): boolean {
  if (failure instanceof NetworkError) return true
  return failure.status >= 500 || [408, 425, 429].includes(failure.status)
}

/** Any thrown value as a failure that a screen can show. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof ApiError || thrown instanceof NetworkError) return thrown
  return new NetworkError(thrown)
}

/** First message of every field. */
export function byField(violations: readonly Violation[]): Map<string, Violation> {
  const found = new Map<string, Violation>()
  for (const v of violations) if (!found.has(v.field)) found.set(v.field, v)
  return found
}

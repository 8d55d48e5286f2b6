import { ApiError, NetworkError } from './error'
import type { Problem } from './types'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Options {
  /** Sent as JSON; a FormData goes as it is, with a file in it. */
  body?: unknown
  /** The same for every try of one deed, so that the server does it once. */
  idempotencyKey?: string | undefined
  ifMatch?: string | undefined
  signal?: AbortSignal | undefined
  /** Sign-in and the first look at the session treat a 401 themselves. */
  ownUnauthenticated?: boolean
}

export interface Answer<T> {
  data: T
  etag: string | undefined
}

export const root = '/api/v1'

/** Milliseconds after which an answer is no longer waited for; a file needs longer on a hospital's wireless network. */
const patience = { usual: 20_000, upload: 60_000 }

let unauthenticated: () => void = () => {}

/** Says what happens when the server no longer knows who is asking. */
export function onUnauthenticated(handler: () => void): void {
  unauthenticated = handler
}

function headers(method: Method, options: Options): Headers {
  const h = new Headers({ Accept: 'application/json' })
  if (method !== 'GET') h.set('X-Requested-With', 'teleconsult')
  // The browser names the type of a form itself, with the boundary of its parts.
  if (options.body !== undefined && !(options.body instanceof FormData)) h.set('Content-Type', 'application/json')
  if (options.idempotencyKey) h.set('Idempotency-Key', options.idempotencyKey)
  if (options.ifMatch) h.set('If-Match', options.ifMatch)
  return h
}

function bodyOf({ body }: Options): BodyInit | null {
  if (body === undefined) return null
  return body instanceof FormData ? body : JSON.stringify(body)
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    code: 'unexpected',
  }
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined
  if (retryAfter) fallback.retryAfter = retryAfter
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) }
  } catch {
    return fallback
  }
}

/** The one way to the server. Throws ApiError or NetworkError, nothing else. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(options.body instanceof FormData ? patience.upload : patience.usual)
  let response: Response
  try {
    response = await fetch(root + path, {
      method,
      headers: headers(method, options),
      body: bodyOf(options),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    })
  } catch (cause) {
    throw new NetworkError(cause)
  }
  if (!response.ok) {
    const problem = await problemOf(response)
    if (response.status === 401 && !options.ownUnauthenticated) unauthenticated()
    throw new ApiError(problem)
  }
  const etag = response.headers.get('ETag') ?? undefined
  if (response.status === 202 || response.status === 204) return { data: undefined as T, etag }
  try {
    return { data: (await response.json()) as T, etag }
  } catch (cause) {
    throw new NetworkError(cause)
  }
}

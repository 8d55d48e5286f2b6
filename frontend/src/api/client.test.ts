import { afterEach, describe, expect, it, vi } from 'vitest'
import { answers, json } from '../test-data'
import { onUnauthenticated, request } from './client'
import { ApiError, asFailure, byField, isTemporary, NetworkError } from './error'

afterEach(() => vi.unstubAllGlobals())

function serve(...responses: (Response | Error)[]) {
  const server = answers(...responses)
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}

describe('request', () => {
  it('reads under the root, with the cookie and never from the cache', async () => {
    const asked = serve(json({ a: 1 }, 200, { ETag: '"7"' }))
    expect(await request('GET', '/thing')).toEqual({ data: { a: 1 }, etag: '"7"' })
    expect(asked[0]?.url).toBe('/api/v1/thing')
    expect(asked[0]?.init).toMatchObject({ credentials: 'same-origin', cache: 'no-store' })
    expect(new Headers(asked[0]?.init.headers).has('X-Requested-With')).toBe(false)
  })

  it('marks what it writes, with key and version', async () => {
    const asked = serve(json({}))
    await request('POST', '/thing', { body: { b: 2 }, idempotencyKey: 'k', ifMatch: '"7"' })
    const headers = new Headers(asked[0]?.init.headers)
    expect(headers.get('X-Requested-With')).toBe('teleconsult')
    expect(headers.get('Idempotency-Key')).toBe('k')
    expect(headers.get('If-Match')).toBe('"7"')
    expect(asked[0]?.init.body).toBe('{"b":2}')
  })

  it('sends a form as it is, and lets the browser name its type', async () => {
    const asked = serve(json({ id: 'b1' }, 201))
    const body = new FormData()
    body.set('file', new File(['nom;mail'], 'liste.csv'))
    await request('POST', '/batches', { body })
    expect(new Headers(asked[0]?.init.headers).has('Content-Type')).toBe(false)
    expect(asked[0]?.init.body).toBe(body)
  })

  it('waits longer for a file than for anything else', async () => {
    const wait = vi.spyOn(AbortSignal, 'timeout')
    serve(json({}), json({}))
    await request('POST', '/batches', { body: { text: 'x' } })
    await request('POST', '/batches', { body: new FormData() })
    expect(wait.mock.calls).toEqual([[20_000], [60_000]])
  })

  it('gives nothing for an answer without content', async () => {
    serve(new Response(null, { status: 204 }))
    expect((await request('DELETE', '/session')).data).toBeUndefined()
  })

  it('turns a problem into an error with all violations', async () => {
    const violations = [{ field: 'date', code: 'date_in_past', message: 'Passée.' }]
    serve(json({ type: 'about:blank', title: 'Invalid', status: 422, code: 'invalid', violations }, 422))
    const thrown = await request('POST', '/thing', { body: {} }).catch((e: unknown) => e)
    expect(thrown).toBeInstanceOf(ApiError)
    expect(thrown).toMatchObject({ status: 422, code: 'invalid', violations })
  })

  it('understands an error page that is no problem document', async () => {
    serve(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Retry-After': '7' } }))
    const thrown = await request('GET', '/thing').catch((e: unknown) => e)
    expect(thrown).toMatchObject({ status: 502, code: 'unexpected', retryAfter: 7 })
  })

  it('says network when nobody answers, or the answer breaks off', async () => {
    serve(new TypeError('Failed to fetch'), new Response('{"half', { status: 200 }))
    await expect(request('GET', '/thing')).rejects.toBeInstanceOf(NetworkError)
    await expect(request('GET', '/thing')).rejects.toBeInstanceOf(NetworkError)
  })

  it('tells when the session has ended, but not to sign-in itself', async () => {
    const ended = vi.fn()
    onUnauthenticated(ended)
    serve(json({ code: 'unauthenticated' }, 401), json({ code: 'credentials_wrong' }, 401))
    await request('GET', '/thing').catch(() => undefined)
    expect(ended).toHaveBeenCalledTimes(1)
    await request('POST', '/session', { body: {}, ownUnauthenticated: true }).catch(() => undefined)
    expect(ended).toHaveBeenCalledTimes(1)
  })
})

describe('failures', () => {
  const status = (n: number) => new ApiError({ type: '', title: '', status: n, code: 'x' })

  it.each([408, 425, 429, 500, 503])('%i may succeed when tried again', (n) => {
    expect(isTemporary(status(n))).toBe(true)
  })

  it.each([400, 401, 403, 404, 409, 412, 422, 428])('%i will not', (n) => {
    expect(isTemporary(status(n))).toBe(false)
  })

  it('takes anything thrown', () => {
    expect(asFailure(new Error('?'))).toBeInstanceOf(NetworkError)
    expect(isTemporary(asFailure('?'))).toBe(true)
  })

  it('keeps the first message of a field', () => {
    const map = byField([
      { field: 'a', code: '1', message: 'un' },
      { field: 'a', code: '2', message: 'deux' },
    ])
    expect(map.get('a')?.message).toBe('un')
  })
})

import { act, renderHook } from '@testing-library/preact'
import { describe, expect, it, vi } from 'vitest'
import { answers, encounter, json } from '../test-data'
import { useCommand, useEncounterCommand } from './command'
import { ApiError, NetworkError } from './error'

function serve(...responses: (Response | Error)[]) {
  const server = answers(...responses)
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}
const key = (init: RequestInit | undefined) => new Headers(init?.headers).get('Idempotency-Key')

/** What a press does, with everything that follows on screen. */
async function press<T>(deed: () => Promise<T>): Promise<T | undefined> {
  let answer: T | undefined
  await act(async () => {
    answer = await deed()
  })
  return answer
}

describe('useCommand', () => {
  const use = () => renderHook(() => useCommand<{ n: number }, { ok: boolean }>('POST', '/deed')).result

  it('tries the same deed again under the same key', async () => {
    const asked = serve(new TypeError('reset'), json({ code: 'unavailable' }, 503), json({ ok: true }))
    const command = use()
    await press(() => command.current.run({ n: 1 }))
    expect(command.current.failure).toBeInstanceOf(NetworkError)
    await press(() => command.current.run({ n: 1 }))
    await press(() => command.current.run({ n: 1 }))
    expect(command.current.failure).toBeUndefined()
    expect(new Set(asked.map(({ init }) => key(init))).size).toBe(1)
  })

  it('has a key for a deed that says nothing, too', async () => {
    const asked = serve(json({ ok: true }))
    const { result } = renderHook(() => useCommand<undefined, { ok: boolean }>('POST', '/deed'))
    expect((await press(() => result.current.run(undefined)))?.data).toEqual({ ok: true })
    expect(asked[0]?.init.body).toBeNull()
    expect(key(asked[0]?.init)).toBeTruthy()
  })

  it('takes a new key for another deed, and after a final answer', async () => {
    const asked = serve(
      new TypeError('reset'),
      json({ ok: true }),
      json({ ok: true }),
      json({ code: 'invalid' }, 422),
      json({ ok: true }),
    )
    const command = use()
    await press(() => command.current.run({ n: 1 }))
    for (const n of [2, 2, 2, 2]) await press(() => command.current.run({ n }))
    expect(new Set(asked.map(({ init }) => key(init))).size).toBe(5)
  })

  it('does a double press once', async () => {
    const asked = serve(json({ ok: true }))
    const command = use()
    await act(async () => {
      await Promise.all([command.current.run({ n: 1 }), command.current.run({ n: 1 })])
    })
    expect(asked).toHaveLength(1)
  })

  it('says what the server refused', async () => {
    serve(json({ status: 422, code: 'invalid', violations: [{ field: 'n', code: 'x', message: 'non' }] }, 422))
    const command = use()
    await press(() => command.current.run({ n: 1 }))
    expect(command.current.failure).toBeInstanceOf(ApiError)
    await act(() => command.current.forget())
    expect(command.current.failure).toBeUndefined()
  })
})

describe('useEncounterCommand', () => {
  it('speaks to the encounter and gives it back', async () => {
    const asked = serve(json(encounter({ status: 'finished' })))
    const { result } = renderHook(() => useEncounterCommand<{ incidents: [] }>('e1', 'finish'))
    const answer = await press(() => result.current.run({ incidents: [] }))
    expect(asked[0]?.url).toBe('/api/v1/encounters/e1/finish')
    expect(answer?.data.status).toBe('finished')
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { saveDraftNow } from '../../api/drafts'
import { forgetAll, me, phase } from '../../api/session'
import { hasDrafts, kept, setShared } from '../../api/store'
import { answers, json, me as somebody } from '../../test-data'
import type { Correction } from './corrections'
import { draftName, queueOf } from './queue'
import { row, summary } from './test-rows'

let batch = ''
let number = 0

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
  batch = `b${++number}`
})
afterEach(() => {
  vi.useRealTimers()
  setShared(false)
})

const good = (id = 7) => json({ revision: 2, summary: summary(), rows: [row(id)] })

function serve(...responses: (Response | Error)[]) {
  const server = answers(...responses)
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}
const bodies = (asked: { url: string; init: RequestInit }[]) =>
  asked.map(({ url, init }) => `${url.split('/').at(-1)} ${init.body}`)
const stored = async () => (await kept<Correction[]>('drafts', draftName(batch), 's1'))?.body

describe('corrections on their way', () => {
  it('go one after the other, in their order', async () => {
    const asked = serve(good(), good(8), good())
    const queue = queueOf(batch)
    queue.add(7, { values: { email: 'a@b.fr' } })
    queue.add(8, { leftOut: true })
    queue.add(7, { accepted: ['typo'] })
    await vi.waitFor(() => expect(queue.waiting.value).toEqual([]))
    expect(bodies(asked)).toEqual(['7 {"values":{"email":"a@b.fr"}}', '8 {"leftOut":true}', '7 {"accepted":["typo"]}'])
    await vi.waitFor(async () => expect(await stored()).toBeUndefined())
  })

  it('wait on the device without network, the last word on a cell wins, and go when it is back', async () => {
    let away = true
    const sent: string[] = []
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      if (away) throw new TypeError('offline')
      sent.push(`${url.split('/').at(-1)} ${init.body}`)
      return good()
    })
    const queue = queueOf(batch)
    queue.add(7, { values: { email: 'old' } })
    await vi.waitFor(() => expect(queue.stuck.value).toBe(true))
    queue.add(8, { leftOut: true })
    queue.add(7, { values: { email: 'new' } })
    await vi.waitFor(async () => expect(await stored()).toHaveLength(2))
    away = false
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(queue.waiting.value).toEqual([]))
    expect(queue.stuck.value).toBe(false)
    expect(sent).toEqual(['8 {"leftOut":true}', '7 {"values":{"email":"new"}}'])
  })

  it('survive a reload and go before what is new', async () => {
    await saveDraftNow(draftName(batch), [{ n: 1, row: 7, values: { email: 'kept' } }])
    const asked = serve(good(), good())
    const queue = queueOf(batch)
    queue.add(7, { values: { mobile: '06' } })
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(bodies(asked)).toEqual(['7 {"values":{"email":"kept"}}', '7 {"values":{"mobile":"06"}}'])
  })

  it('survive a reload on a shared device, in the tab alone', async () => {
    setShared(true)
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('offline')
    })
    queueOf(batch).add(7, { values: { email: 'kept' } })
    await vi.waitFor(async () => expect(await stored()).toHaveLength(1))
    expect(Object.keys(sessionStorage)).toEqual([`draft:${draftName(batch)}`])
  })

  it('are wiped at sign-out, and nothing goes for who comes after', async () => {
    let tries = 0
    vi.stubGlobal('fetch', async () => {
      tries++
      throw new TypeError('offline')
    })
    const queue = queueOf(batch)
    queue.add(7, { values: { email: 'mine' } })
    await vi.waitFor(async () => expect(await hasDrafts('s1')).toBe(true))
    await vi.waitFor(() => expect(queue.stuck.value).toBe(true))
    await forgetAll()
    const before = tries
    me.value = { ...somebody, staff: { ...somebody.staff, id: 's2' } }
    phase.value = 'in'
    dispatchEvent(new Event('online'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(tries).toBe(before)
    expect(await hasDrafts('s1')).toBe(false)
    expect(queueOf(batch)).not.toBe(queue)
  })

  it('stop at an ended session and go on once the person is back', async () => {
    const asked = serve(json({ code: 'unauthenticated' }, 401), good())
    const queue = queueOf(batch)
    queue.add(7, { leftOut: true })
    await vi.waitFor(() => expect(phase.value).toBe('expired'))
    expect(queue.waiting.value).toHaveLength(1)
    phase.value = 'in'
    await vi.waitFor(() => expect(queue.waiting.value).toEqual([]))
    expect(asked).toHaveLength(2)
  })

  it('are dropped when the server says no, with its words, and the rest goes on', async () => {
    serve(json({ code: 'row_confirmed', detail: 'Cette ligne est déjà partie.' }, 409), good(8))
    const heard = vi.fn()
    const queue = queueOf(batch)
    queue.hear(heard)
    queue.add(7, { leftOut: true })
    queue.add(8, { leftOut: true })
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2))
    expect([...queue.refused.value]).toEqual([[7, 'Cette ligne est déjà partie.']])
    expect(heard.mock.calls.map(([done, answer]) => [done.row, answer !== undefined])).toEqual([
      [7, false],
      [8, true],
    ])
  })
})

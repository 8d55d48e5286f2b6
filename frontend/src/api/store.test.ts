import { beforeEach, describe, expect, it } from 'vitest'
import { drop, hasDrafts, type Kept, keep, kept, maxAge, setShared, sweep, wipe } from './store'

const now = Date.now()
const value = (change: Partial<Kept> = {}): Kept => ({ key: '/day', staffId: 's1', at: now, body: { n: 1 }, ...change })

beforeEach(async () => {
  setShared(false)
  await wipe()
})

describe('what is kept on the device', () => {
  it('comes back for the person who read it', async () => {
    await keep('reads', value())
    expect((await kept<{ n: number }>('reads', '/day', 's1'))?.body.n).toBe(1)
  })

  it('is not there for anybody else', async () => {
    await keep('reads', value())
    expect(await kept('reads', '/day', 's2')).toBeUndefined()
  })

  it('is not there after twelve hours', async () => {
    await keep('reads', value())
    expect(await kept('reads', '/day', 's1', now + maxAge)).toBeDefined()
    expect(await kept('reads', '/day', 's1', now + maxAge + 1)).toBeUndefined()
  })

  it('keeps what was typed and not sent for three days', async () => {
    await keep('drafts', value({ key: 'note' }))
    expect(await kept('drafts', 'note', 's1', now + 6 * maxAge)).toBeDefined()
    expect(await kept('drafts', 'note', 's1', now + 6 * maxAge + 1)).toBeUndefined()
    await sweep('s1', now + 2 * maxAge)
    expect(await kept('drafts', 'note', 's1')).toBeDefined()
    await sweep('s1', now + 7 * maxAge)
    expect(await kept('drafts', 'note', 's1')).toBeUndefined()
  })

  it('is gone after a wipe, drafts too', async () => {
    await keep('reads', value())
    await keep('drafts', value({ key: 'schedule' }))
    await wipe()
    expect(await kept('reads', '/day', 's1')).toBeUndefined()
    expect(await kept('drafts', 'schedule', 's1')).toBeUndefined()
  })

  it('loses what is old or somebody else’s in a sweep, and nothing more', async () => {
    await keep('reads', value({ key: 'old', at: now - maxAge - 1 }))
    await keep('reads', value({ key: 'other', staffId: 's2' }))
    await keep('reads', value({ key: 'mine' }))
    await sweep('s1', now)
    // Asked as of then, so that age alone does not hide it.
    expect(await kept('reads', 'old', 's1', now - maxAge)).toBeUndefined()
    expect(await kept('reads', 'other', 's2')).toBeUndefined()
    expect(await kept('reads', 'mine', 's1')).toBeDefined()
  })
})

describe('a shared device', () => {
  it('keeps nothing that was read', async () => {
    setShared(true)
    await keep('reads', value())
    setShared(false)
    expect(await kept('reads', '/day', 's1')).toBeUndefined()
  })

  it('keeps a draft only as long as the tab', async () => {
    setShared(true)
    await keep('drafts', value({ key: 'schedule', body: { typed: 'x' } }))
    expect((await kept<{ typed: string }>('drafts', 'schedule', 's1'))?.body.typed).toBe('x')
    expect(await hasDrafts('s1')).toBe(true)
    setShared(false)
    expect(await kept('drafts', 'schedule', 's1')).toBeUndefined()
    setShared(true)
    await wipe()
    expect(await hasDrafts('s1')).toBe(false)
  })
})

describe('drafts', () => {
  it('are there until they are dropped', async () => {
    await keep('drafts', value({ key: 'schedule' }))
    expect(await hasDrafts('s1')).toBe(true)
    expect(await hasDrafts('s2')).toBe(false)
    await drop('drafts', 'schedule')
    expect(await hasDrafts('s1')).toBe(false)
  })
})

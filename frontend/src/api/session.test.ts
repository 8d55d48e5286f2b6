import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answers, json, me as somebody } from '../test-data'
import { request } from './client'
import { loadDraft, saveDraftNow } from './drafts'
import { can, department, forgetAll, me, onLeave, phase, signIn, signOut, start } from './session'
import { isShared, keep, kept, wipe } from './store'

function serve(...responses: (Response | Error)[]) {
  const server = answers(...responses)
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}

const unauthenticated = () => json({ status: 401, code: 'unauthenticated' }, 401)

beforeEach(async () => {
  await wipe()
  await forgetAll()
  phase.value = 'starting'
  localStorage.setItem('teleconsult.signed', '1')
})

describe('start', () => {
  it('is out when nobody is known', async () => {
    serve(unauthenticated())
    await start()
    expect(phase.value).toBe('out')
  })

  it('does not even ask where nobody ever signed in', async () => {
    localStorage.removeItem('teleconsult.signed')
    const asked = serve()
    await start()
    expect(phase.value).toBe('out')
    expect(asked).toHaveLength(0)
  })

  it('opens from the device’s memory without network', async () => {
    await keep('reads', { key: '/session', staffId: 's1', at: Date.now(), body: somebody })
    serve(new TypeError('offline'))
    await start()
    expect(phase.value).toBe('in')
    expect(me.value?.staff.id).toBe('s1')
  })

  it('asks to sign in again over the page when the server has forgotten the session', async () => {
    await keep('reads', { key: '/session', staffId: 's1', at: Date.now(), body: somebody })
    serve(unauthenticated())
    await start()
    expect(phase.value).toBe('expired')
  })

  it('is out without network and without memory', async () => {
    serve(new TypeError('offline'))
    await start()
    expect(phase.value).toBe('out')
  })
})

describe('signing in and out', () => {
  it('enters, and knows what the person may do where', async () => {
    serve(json(somebody))
    await signIn('a@exemple.test', 'secret', false)
    expect(phase.value).toBe('in')
    expect(department.value?.id).toBe('d1')
    expect(can('encounter.schedule')).toBe(true)
    expect(can('encounter.hold')).toBe(false)
    expect(await kept('reads', '/session', 's1')).toBeDefined()
  })

  it('keeps nothing on a shared device', async () => {
    serve(json(somebody))
    await signIn('a@exemple.test', 'secret', true)
    expect(isShared()).toBe(true)
    expect(await kept('reads', '/session', 's1')).toBeUndefined()
  })

  it('stays out with a wrong password', async () => {
    phase.value = 'out'
    serve(unauthenticated())
    await expect(signIn('a@exemple.test', 'wrong', false)).rejects.toMatchObject({ status: 401 })
    expect(phase.value).toBe('out')
  })

  it('leaves the device clean', async () => {
    const forgotten = vi.fn()
    onLeave(forgotten)
    serve(json(somebody), new Response(null, { status: 204 }))
    await signIn('a@exemple.test', 'secret', false)
    await saveDraftNow('schedule', { typed: 'x' })
    await signOut()
    expect(phase.value).toBe('out')
    expect(me.value).toBeUndefined()
    expect(forgotten).toHaveBeenCalled()
    expect(await kept('reads', '/session', 's1')).toBeUndefined()
    expect(await kept('drafts', 'schedule', 's1')).toBeUndefined()
  })

  it('does not pretend to be signed out when the server did not hear it', async () => {
    serve(json(somebody), new TypeError('offline'))
    await signIn('a@exemple.test', 'secret', false)
    await expect(signOut()).rejects.toThrow()
    expect(phase.value).toBe('in')
  })

  it('keeps the page and what was typed when the session ends under it', async () => {
    serve(json(somebody), unauthenticated(), json(somebody))
    await signIn('a@exemple.test', 'secret', false)
    await saveDraftNow('schedule', { typed: 'x' })
    await request('GET', '/worklists/day').catch(() => undefined)
    expect(phase.value).toBe('expired')
    expect(me.value?.staff.id).toBe('s1')
    await signIn('a@exemple.test', 'secret', false)
    expect(phase.value).toBe('in')
    expect(await loadDraft('schedule')).toEqual({ typed: 'x' })
  })

  it('shows nothing of one person to the next', async () => {
    const other = { ...somebody, staff: { ...somebody.staff, id: 's9' } }
    serve(json(somebody), unauthenticated(), json(other))
    await signIn('a@exemple.test', 'secret', false)
    await saveDraftNow('schedule', { typed: 'x' })
    await request('GET', '/worklists/day').catch(() => undefined)
    await signIn('b@exemple.test', 'secret', false)
    expect(await loadDraft('schedule')).toBeUndefined()
    expect(await kept('reads', '/session', 's1')).toBeUndefined()
  })
})

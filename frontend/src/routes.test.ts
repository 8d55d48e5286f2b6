import { describe, expect, it } from 'vitest'
import { find, mayOpen, routes } from './routes'

describe('find', () => {
  it.each([
    ['/', 'day'],
    ['/missing', 'missing'],
    ['/schedule', 'schedule'],
    ['/invitations', 'invitations'],
    ['/invitations/0190-ab', 'list'],
    ['/encounters/0190-ab', 'encounter'],
    ['/account', 'account'],
    ['/organisation', 'organisation'],
    ['/figures', 'figures'],
    ['/help/zoom', 'help'],
    ['/help/messages', 'messages-help'],
  ])('%s is %s', (path, name) => {
    expect(find(path)?.route.name).toBe(name)
  })

  it('gives the parts of the path', () => {
    expect(find('/encounters/0190-ab')?.params.id).toBe('0190-ab')
  })

  it.each(['/encounters', '/encounters/1/2', '/missing/x', '/admin'])('%s is nothing', (path) => {
    expect(find(path)).toBeUndefined()
  })
})

describe('mayOpen', () => {
  const route = (name: string) => {
    const found = routes.find((r) => r.name === name)
    if (!found) throw new Error(name)
    return found
  }

  it('asks for the permission of the screen', () => {
    expect(mayOpen(route('schedule'), ['encounter.read'])).toBe(false)
    expect(mayOpen(route('schedule'), ['encounter.schedule'])).toBe(true)
  })

  it('asks for every permission of a screen that needs several', () => {
    expect(mayOpen(route('invitations'), ['encounter.read', 'encounter.schedule'])).toBe(false)
    expect(mayOpen(route('invitations'), ['message.send', 'encounter.schedule'])).toBe(true)
  })

  it('shows an administrator their account and no patient', () => {
    const open = routes.filter((r) => mayOpen(r, ['staff.manage', 'department.manage'])).map((r) => r.name)
    expect(open).toEqual(['account', 'organisation', 'help', 'messages-help'])
  })

  it('leads every screen to code that exists', async () => {
    for (const one of routes) expect((await one.load()).default).toBeTypeOf('function')
  })
})

import { describe, expect, it } from 'vitest'
import { cacheName, kind, stale } from './rules'

const known = new Set(['/assets/core-1.js', '/logo.svg', '/index.html'])

describe('what the worker does with a request', () => {
  it.each([
    ['GET', 'navigate', true, '/', 'shell'],
    ['GET', 'navigate', true, '/encounters/1', 'shell'],
    ['GET', 'no-cors', true, '/assets/core-1.js', 'file'],
    ['GET', 'cors', true, '/api/v1/session', 'network'],
    ['GET', 'navigate', true, '/p/7Kd3Qx9mB2LfT0pZ', 'network'],
    ['GET', 'navigate', true, '/p', 'network'],
    ['GET', 'navigate', true, '/dev/mailbox', 'network'],
    ['POST', 'cors', true, '/hooks/sms', 'network'],
    ['GET', 'navigate', true, '/healthz', 'network'],
    ['POST', 'navigate', true, '/schedule', 'network'],
    ['GET', 'no-cors', false, '/logo.svg', 'network'],
    ['GET', 'no-cors', true, '/assets/unknown.js', 'network'],
    ['GET', 'navigate', true, '/planning', 'shell'],
  ] as const)('%s %s own=%s %s: %s', (method, mode, own, path, what) => {
    expect(kind(method, mode, own, path, known)).toBe(what)
  })
})

describe('caches', () => {
  it('has a new name when a content changes', () => {
    const before = cacheName([['/a', '1']])
    expect(cacheName([['/a', '1']])).toBe(before)
    expect(cacheName([['/a', '2']])).not.toBe(before)
  })

  it('clears its own old ones and nobody else’s', () => {
    expect(stale('teleconsult-old', 'teleconsult-new')).toBe(true)
    expect(stale('teleconsult-new', 'teleconsult-new')).toBe(false)
    expect(stale('other', 'teleconsult-new')).toBe(false)
  })
})

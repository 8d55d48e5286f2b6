import { describe, expect, it } from 'vitest'
import type { EncounterRow } from '../../api/types'
import { encounter } from '../../test-data'
import { isOver, isWaiting } from './waiting'

const row = (change: Partial<EncounterRow>): EncounterRow => ({ ...encounter(), ...change })
const here = { state: 'present', since: '2026-05-12T12:20:00Z' } as const

describe('who waits', () => {
  it.each([
    ['arrived', here, true],
    ['planned', here, true],
    ['arrived', { ...here, state: 'in-meeting' as const }, true],
    ['arrived', { ...here, state: 'away' as const }, false],
    ['in-progress', here, false],
    ['finished', here, false],
    ['cancelled', here, false],
  ] as const)('%s, %j: %s', (status, presence, waiting) => {
    expect(isWaiting(row({ status, presence }))).toBe(waiting)
  })

  it('is nobody without a presence', () => {
    expect(isWaiting(row({ status: 'arrived' }))).toBe(false)
  })
})

describe('what is over', () => {
  it.each([
    ['planned', false],
    ['arrived', false],
    ['in-progress', false],
    ['finished', true],
    ['cancelled', true],
  ] as const)('%s: %s', (status, over) => {
    expect(isOver(row({ status }))).toBe(over)
  })
})

import { describe, expect, it } from 'vitest'
import { centsOf, typedEuros } from './euros'

describe('euros as they are typed', () => {
  it.each([
    ['', undefined],
    [' ', undefined],
    ['25', 2500],
    ['50,20', 5020],
    ['50.2', 5020],
    ['1\u202f000,00 €', 100_000],
    ['0,29', 29],
    ['25,', null],
    ['-1', null],
    ['1,234', null],
    ['vingt', null],
  ])('%j is %j', (typed, cents) => {
    expect(centsOf(typed)).toBe(cents)
  })

  it('come back as they were', () => {
    for (const cents of [0, 1, 29, 100, 5020, 99_999]) expect(centsOf(typedEuros(cents))).toBe(cents)
    expect(typedEuros(undefined)).toBe('')
  })
})

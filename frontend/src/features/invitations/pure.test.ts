import { afterEach, describe, expect, it, vi } from 'vitest'
import { editable, fieldsOf, typedOf, unread, valueFor } from './fields'
import { refusalOf, sizeOf } from './file'
import { between, daysOf } from './periods'
import { sayingOf } from './say'
import { problem, row } from './test-rows'
import { atMostEvery } from './use-list'

afterEach(() => vi.useRealTimers())

describe('the days that are looked at', () => {
  // A Friday.
  const now = '2026-11-27'
  it.each([
    ['today', '2026-11-27', '2026-11-27'],
    ['tomorrow', '2026-11-28', '2026-11-28'],
    ['week', '2026-11-27', '2026-11-29'],
    ['next', '2026-11-30', '2026-12-06'],
    ['day', '2026-12-24', '2026-12-24'],
  ] as const)('%s', (period, from, to) => {
    expect(daysOf(period, '2026-12-24', now)).toEqual({ from, to })
  })

  it('keeps a Sunday in its own week', () => {
    expect(daysOf('week', '', '2026-11-29')).toEqual({ from: '2026-11-29', to: '2026-11-29' })
    expect(daysOf('next', '', '2026-11-29')).toEqual({ from: '2026-11-30', to: '2026-12-06' })
  })

  it('ticks from one to another in one go, whichever was first', () => {
    expect(between(['a', 'b', 'c', 'd'], 'b', 'd')).toEqual(['b', 'c', 'd'])
    expect(between(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['b', 'c', 'd'])
    expect(between(['a', 'b'], 'gone', 'b')).toEqual(['b'])
  })
})

describe('a field', () => {
  it.each([
    ['birthDate', '1980-05-12', '12/05/1980', undefined],
    ['birthDate', '31/02/1980', '31/02/1980', undefined],
    ['date', '2026-12-01', '2026-12-01', undefined],
    ['date', '31/11/2026', '', '31/11/2026'],
    ['time', '9h', '', '9h'],
    ['time', '09:00', '09:00', undefined],
    ['email', 'a@b', 'a@b', undefined],
    ['mobile', '+33612345678', '06 12 34 56 78', undefined],
    ['mobile', '06 12', '06 12', undefined],
  ] as const)('%s %j shows %j', (field, value, shown, odd) => {
    expect(typedOf(field, value)).toBe(shown)
    expect(unread(field, value)).toBe(odd)
  })

  it('sends a date of birth as a date where it is one, else as it was typed', () => {
    expect(valueFor('birthDate', ' 12051980 ')).toBe('1980-05-12')
    expect(valueFor('birthDate', '31/02/1980')).toBe('31/02/1980')
    expect(valueFor('email', ' a@b.fr ')).toBe('a@b.fr')
  })

  it('of a planned consultation is only changed where that is for the list to say', () => {
    const fixed = row(1, { fixed: true })
    expect(['email', 'link', 'passcode', 'date', 'familyName', 'row'].map((f) => editable(fixed, f as 'row'))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(editable(row(1, { state: 'done' }), 'email')).toBe(false)
  })

  it('of a representative is shown where there is one, or has to be', () => {
    expect(fieldsOf(row(1), 'contact')).toEqual(['email', 'mobile'])
    expect(fieldsOf(row(1, { problems: [problem('representativeName')] }), 'contact')).toContain('representativeName')
    expect(fieldsOf(row(1, { values: { representativeName: 'A' } }), 'contact')).toHaveLength(6)
  })
})

describe('a file', () => {
  it('is refused at once when it cannot be read', () => {
    expect(refusalOf({ name: 'liste.pdf', size: 10 })).toMatch(/CSV, TXT et XLSX/)
    expect(refusalOf({ name: 'liste.xlsx', size: 6 * 1024 * 1024 })).toMatch(/5 Mo/)
    expect(refusalOf({ name: 'LISTE.CSV', size: 5 * 1024 * 1024 })).toBeUndefined()
  })

  it('has a size in words', () => {
    expect([200, 20_480, 2.5 * 1024 * 1024].map(sizeOf)).toEqual(['1 Ko', '20 Ko', '2,5 Mo'])
  })
})

describe('what is heard of a correction', () => {
  const done = { n: 1, row: 7, values: { email: 'a@b.fr' } }
  it.each([
    [done, row(7), true, 'Ligne 8 corrigée'],
    [done, row(7), false, 'Ligne 8 enregistrée'],
    [done, row(7, { problems: [problem('email')] }), true, 'Ligne 8 : email est faux.'],
    [done, row(7, { problems: [problem('date')] }), true, 'Ligne 8 enregistrée, encore 1 point à corriger'],
    [{ n: 1, row: 7, leftOut: true }, row(7, { leftOut: true }), true, 'Ligne 8 laissée de côté'],
    [{ n: 1, row: 7, leftOut: false }, row(7), true, 'Ligne 8 remise dans la liste'],
  ])('%#', (correction, seen, wasWrong, said) => {
    expect(sayingOf(correction, seen, wasWrong)).toBe(said)
  })
})

it('asks at most once a second', async () => {
  vi.useFakeTimers({ now: 1_000_000 })
  const asked: number[] = []
  const ask = atMostEvery(1_000, async () => asked.push(Date.now() - 1_000_000))
  await ask()
  const second = ask()
  await vi.advanceTimersByTimeAsync(999)
  expect(asked).toEqual([0])
  await vi.advanceTimersByTimeAsync(1)
  await second
  expect(asked).toEqual([0, 1_000])
})

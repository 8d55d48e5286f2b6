import { describe, expect, it } from 'vitest'
import {
  addDays,
  ageOn,
  dayOf,
  daysBetween,
  instantsOf,
  minutesSince,
  parseDate,
  showDate,
  showDay,
  showMoment,
  timeOf,
} from './dates'
import { setLanguage } from './language'

const paris = 'Europe/Paris'

describe('zones', () => {
  it('shows the day and the clock of the department, not of the device', () => {
    expect(dayOf('2026-05-12T22:30:00Z', paris)).toBe('2026-05-13')
    expect(timeOf('2026-05-12T22:30:00Z', paris)).toBe('00:30')
    expect(timeOf('2026-05-12T22:30:00Z', 'Indian/Reunion')).toBe('02:30')
  })

  it('finds no instant for the hour that spring skips', () => {
    expect(instantsOf('2026-03-29', '02:30', paris)).toEqual([])
  })

  it('finds two instants for the hour that autumn repeats, summer time first', () => {
    const found = instantsOf('2026-10-25', '02:30', paris).map((at) => new Date(at).toISOString())
    expect(found).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
  })

  it.each([
    ['2026-03-29', '01:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29', '03:00', '2026-03-29T01:00:00.000Z'],
    ['2026-07-14', '14:30', '2026-07-14T12:30:00.000Z'],
    ['2026-12-31', '23:45', '2026-12-31T22:45:00.000Z'],
  ])('finds the one instant of %s %s', (day, time, instant) => {
    expect(instantsOf(day, time, paris).map((at) => new Date(at).toISOString())).toEqual([instant])
  })

  it('finds nothing where nothing was typed', () => {
    expect(instantsOf('', '14:30', paris)).toEqual([])
  })
})

describe('calendar', () => {
  it('counts days over a change of clocks', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30')
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
    expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2)
  })

  it.each([
    ['12/05/1980', '1980-05-12'],
    ['12 5 1980', '1980-05-12'],
    ['12.05.1980', '1980-05-12'],
    ['12051980', '1980-05-12'],
    ['1980-05-12', '1980-05-12'],
    ['29/02/2024', '2024-02-29'],
    ['29/02/2023', undefined],
    ['31/04/2020', undefined],
    ['12/13/1980', undefined],
    ['Durand', undefined],
    ['', undefined],
  ])('reads %j as %j', (typed, day) => {
    expect(parseDate(typed)).toBe(day)
  })

  it('is of age on the birthday, not the day before', () => {
    expect(ageOn('2008-05-12', '2026-05-12')).toBe(18)
    expect(ageOn('2008-05-12', '2026-05-11')).toBe(17)
  })
})

describe('words', () => {
  it('writes dates in the language of the screen', () => {
    expect(showDate('1980-05-12')).toBe('12/05/1980')
    expect(showDay('2026-05-12')).toBe('mardi 12 mai')
    setLanguage('en')
    expect(showDay('2026-05-12')).toMatch(/Tuesday/)
    setLanguage('fr')
  })

  it('leaves the day out when it is today', () => {
    const noon = Date.parse('2026-05-12T10:00:00Z')
    expect(showMoment('2026-05-12T12:05:00Z', paris, noon)).toBe('14:05')
    expect(showMoment('2026-05-13T12:05:00Z', paris, noon)).toMatch(/13 mai/)
  })

  it('counts no minutes before the beginning', () => {
    expect(minutesSince('2026-05-12T12:00:00Z', Date.parse('2026-05-12T12:05:59Z'))).toBe(5)
    expect(minutesSince('2026-05-12T12:00:00Z', Date.parse('2026-05-12T11:00:00Z'))).toBe(0)
  })
})

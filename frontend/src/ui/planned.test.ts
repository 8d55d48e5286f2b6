import { describe, expect, it } from 'vitest'
import { department, encounter } from '../test-data'
import { checkPlanned, emptyPlanned, type Planned, plannedInput, plannedLabels, plannedOf } from './planned'

const plan = (change: Partial<Planned> = {}): Planned => ({
  ...emptyPlanned(department, 's2', '2026-05-12'),
  time: '14:30',
  ...change,
})
const codes = (p: Planned, today = '2026-05-01') => checkPlanned(p, department, today).map((v) => v.code)

describe('checkPlanned', () => {
  it('lets a full plan pass', () => {
    expect(codes(plan())).toEqual([])
  })

  it('says everything that is missing at once', () => {
    expect(codes(plan({ practitionerId: '', date: '', time: '', duration: 'x' }))).toEqual([
      'practitioner_missing',
      'date_missing',
      'time_missing',
      'duration_invalid',
    ])
  })

  it.each([
    [{ date: '2026-04-30' }, 'date_in_past'],
    [{ date: '2027-03-28', time: '02:30' }, 'time_does_not_exist'],
    [{ date: '2026-10-25', time: '02:30' }, 'time_ambiguous'],
    [{ modality: 'telephone' }, 'telephone_reason_missing'],
    [{ tool: 'zoom', toolReason: '  ' }, 'tool_reason_missing'],
    [{ duration: '4' }, 'duration_invalid'],
    [{ duration: '241' }, 'duration_invalid'],
  ] as [Partial<Planned>, string][])('%j is %s', (change, code) => {
    expect(codes(plan(change))).toEqual([code])
  })

  it('takes the repeated hour once it is said which', () => {
    expect(codes(plan({ date: '2026-10-25', time: '02:30', repeatedHour: 'second' }))).toEqual([])
  })

  it('has a name for every field it refuses', () => {
    const refused = checkPlanned(
      plan({ practitionerId: '', date: '', time: '', duration: '' }),
      department,
      '2026-05-01',
    )
    for (const v of refused) expect(plannedLabels()[v.field]).toBeTruthy()
  })
})

describe('plannedInput', () => {
  it('sends no reason for the first tool', () => {
    expect(plannedInput(plan({ toolReason: 'left over' }), department)).toEqual({
      practitionerId: 's2',
      date: '2026-05-12',
      time: '14:30',
      durationMinutes: 20,
      modality: 'video',
      tool: 'ortif',
    })
  })

  it('sends the reason for another tool, and none of it for the telephone', () => {
    expect(plannedInput(plan({ tool: 'zoom', toolReason: ' panne ' }), department)).toMatchObject({
      tool: 'zoom',
      toolReason: 'panne',
    })
    const telephone = plannedInput(plan({ modality: 'telephone', telephoneReason: 'no-terminal' }), department)
    expect(telephone).toMatchObject({ telephoneReason: 'no-terminal' })
    expect(telephone).not.toHaveProperty('tool')
  })

  it('says which of two hours only where there are two', () => {
    expect(plannedInput(plan({ repeatedHour: 'first' }), department)).not.toHaveProperty('repeatedHour')
    const twice = plan({ date: '2026-10-25', time: '02:30', repeatedHour: 'second' })
    expect(plannedInput(twice, department).repeatedHour).toBe('second')
  })
})

describe('plannedOf', () => {
  it('reads an encounter back as it would be typed', () => {
    expect(plannedOf(encounter(), department)).toMatchObject({
      date: '2026-05-12',
      time: '14:30',
      duration: '20',
      tool: 'zoom',
      repeatedHour: '',
    })
  })

  it('knows which of two hours was planned', () => {
    const second = encounter({ plannedStart: '2026-10-25T01:30:00Z', plannedEnd: '2026-10-25T01:50:00Z' })
    expect(plannedOf(second, department).repeatedHour).toBe('second')
  })
})

import { describe, expect, it } from 'vitest'
import type { ParsedInvitation, Representative } from '../../api/types'
import { encounter } from '../../test-data'
import { settingLabel } from '../../ui/meeting-texts'
import { consentBody } from './consent'
import { realEnd } from './finish'
import { remarks, toSettle } from './invitation-text'
import { startsSoon } from './next'
import { byHandBody } from './prescription-by-hand'

const parsed = (change: Partial<ParsedInvitation> = {}): ParsedInvitation => ({
  tool: 'zoom',
  url: 'https://zoom.us/j/81234567890?pwd=a',
  meetingId: '81234567890',
  passcode: '012345',
  topic: null,
  startsAt: '2026-05-12T14:30:00+02:00',
  findings: [],
  checklist: [],
  ...change,
})
const settle = (change: Partial<ParsedInvitation>) =>
  toSettle(parsed(change), encounter(), 'Europe/Paris', []).map((one) => one.code)

describe('what a person must settle about an invitation', () => {
  it('is nothing when it agrees with the plan', () => {
    expect(settle({})).toEqual([])
    expect(settle({ startsAt: null })).toEqual([])
    expect(settle({ startsAt: '2026-05-12T08:30:00-04:00' })).toEqual([])
  })

  it.each([
    [{ startsAt: '2026-05-13T14:30:00+02:00' }, ['date_differs']],
    [{ startsAt: '2026-05-12T15:30:00+02:00' }, ['time_differs']],
    [{ tool: 'teams' }, ['tool_differs']],
    [{ findings: [{ code: 'recurring', severity: 'error', message: '' }] }, ['recurring']],
    [{ findings: [{ code: 'year_assumed', severity: 'warning', message: '' }] }, []],
  ] as [Partial<ParsedInvitation>, string[]][])('%j: %j', (change, codes) => {
    expect(settle(change)).toEqual(codes)
  })

  it('is also what the server says, once', () => {
    const said = [
      { field: 'settled', code: 'time_differs', message: 'serveur' },
      { field: 'settled', code: 'new_difference', message: 'serveur' },
    ]
    const late = parsed({ startsAt: '2026-05-12T15:30:00+02:00' })
    expect(toSettle(late, encounter(), 'Europe/Paris', said).map((one) => one.code)).toEqual([
      'time_differs',
      'new_difference',
    ])
  })
})

describe('remarks', () => {
  it('puts the serious first and leaves out what is to be settled', () => {
    const findings = [
      { code: 'year_assumed', severity: 'warning', message: '' },
      { code: 'no_link', severity: 'error', message: '' },
      { code: 'id_mismatch', severity: 'error', message: '' },
    ] as const
    expect(remarks(parsed({ findings: [...findings] })).map((f) => f.code)).toEqual(['no_link', 'year_assumed'])
  })
})

describe('settings to declare', () => {
  it('have words, and keep their code where they have none yet', () => {
    expect(settingLabel('waiting_room_on')).toBe('Salle d’attente activée')
    expect(settingLabel('something_new')).toBe('something_new')
  })
})

describe('consentBody', () => {
  const draft = { decision: 'agreed', mode: 'oral', giverName: '', explanation: 'x' } as const
  const representative: Representative = { name: 'Max Durand', relationship: 'parent', email: '', mobile: '' }

  it('is the patient’s own decision', () => {
    expect(consentBody(draft, encounter())).toEqual({ decision: 'agreed', mode: 'oral', givenBy: 'patient' })
  })

  it('is the representative’s where there is one', () => {
    const minor = encounter({ patient: { ...encounter().patient, protection: 'minor', representative } })
    expect(consentBody(draft, minor)).toMatchObject({ givenBy: 'representative', giverName: 'Max Durand' })
  })

  it('takes the explanation along with a refusal only', () => {
    expect(consentBody({ ...draft, decision: 'refused' }, encounter())).toMatchObject({ explanation: 'x' })
    expect(consentBody({ ...draft, decision: '' }, encounter())).toBeUndefined()
  })
})

describe('byHandBody', () => {
  const draft = { state: 'announced', proof: ' reçu ', riskAcceptedBy: 'patiente' } as const

  it.each([
    ['mssante', { channel: 'mssante', state: 'announced', wantedToday: true, proof: 'reçu' }],
    ['email', { channel: 'email', state: 'announced', wantedToday: true, proof: 'reçu', riskAcceptedBy: 'patiente' }],
    ['on-site', { channel: 'on-site', state: 'delivered', wantedToday: true, proof: 'reçu' }],
  ] as const)('%s', (channel, body) => {
    expect(byHandBody(channel, true, draft)).toEqual(body)
  })
})

describe('realEnd', () => {
  const now = Date.parse('2026-05-12T12:45:00Z')

  it.each([
    ['14:40', '2026-05-12T12:40:00.000Z'],
    ['14:45', '2026-05-12T12:45:00.000Z'],
    ['14:46', undefined],
  ])('%s in Paris is %s', (time, at) => {
    expect(realEnd(time, 'Europe/Paris', now)).toBe(at)
  })
})

describe('startsSoon', () => {
  const start = Date.parse('2026-05-12T12:30:00Z')

  it('is from half an hour before, or when the patient is there', () => {
    expect(startsSoon(encounter(), start - 31 * 60_000)).toBe(false)
    expect(startsSoon(encounter(), start - 29 * 60_000)).toBe(true)
    const there = encounter({ presence: { state: 'present', since: '2026-05-12T11:00:00Z' } })
    expect(startsSoon(there, start - 90 * 60_000)).toBe(true)
  })
})

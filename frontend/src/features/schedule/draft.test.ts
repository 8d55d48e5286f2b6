import { describe, expect, it } from 'vitest'
import type { Patient } from '../../api/types'
import { department, encounter } from '../../test-data'
import { check, type Draft, emptyDraft, existing, fresh, protection, toInput } from './draft'

const today = '2026-05-01'

function draft(patient: Partial<Draft['patient']> = {}): Draft {
  const empty = emptyDraft(department, 's2', '2026-05-12')
  return {
    ...empty,
    patient: {
      ...empty.patient,
      mode: 'new',
      familyName: 'Durand',
      givenName: 'Zoé',
      birthDate: '12/05/1980',
      email: 'zoe@exemple.test',
      ...patient,
    },
    planned: { ...empty.planned, time: '14:30' },
  }
}

const codes = (d: Draft) => check(d, department, today).map((v) => `${v.field} ${v.code}`)

describe('check', () => {
  it('lets a full form pass', () => {
    expect(codes(draft())).toEqual([])
  })

  it('asks for a patient first', () => {
    expect(codes(draft({ mode: 'search' }))).toEqual(['patient patient_missing'])
  })

  it('says everything that is missing at once', () => {
    expect(codes(draft({ familyName: ' ', givenName: '', birthDate: '31/02/1980', email: '' }))).toEqual([
      'patient.familyName family_name_missing',
      'patient.givenName given_name_missing',
      'patient.birthDate birth_date_invalid',
      'patient.email contact_missing',
    ])
  })

  it('wants a representative for a minor, reachable, and not the minor’s own address', () => {
    expect(codes(draft({ birthDate: '13/05/2008', email: '' }))).toEqual([
      'patient.representative.name representative_missing',
      'patient.representative.relationship relationship_missing',
      'patient.representative.email contact_missing',
    ])
  })

  it('refuses a birth to come', () => {
    expect(codes(draft({ birthDate: '02/05/2026' }))).toContain('patient.birthDate birth_date_future')
  })
})

describe('protection', () => {
  it.each([
    ['12/05/2008', '2026-05-12', 'none'],
    ['13/05/2008', '2026-05-12', 'minor'],
    ['12/05/1980', '2026-05-12', 'none'],
    ['', '2026-05-12', 'none'],
    ['13/05/2008', '', 'none'],
  ])('born %s, seen %s: %s', (birthDate, day, kind) => {
    expect(protection(draft({ birthDate }).patient, day)).toBe(kind)
  })

  it('is said for an adult', () => {
    expect(protection(draft({ protectedAdult: true }).patient, '2026-05-12')).toBe('protected-adult')
  })
})

describe('toInput', () => {
  it('sends a new patient without an id', () => {
    const input = toInput(draft({ mobile: ' 06 12 34 56 78 ' }), department)
    expect(input.patient).toEqual({
      familyName: 'Durand',
      givenName: 'Zoé',
      birthDate: '1980-05-12',
      email: 'zoe@exemple.test',
      mobile: '06 12 34 56 78',
      language: 'fr',
      protection: 'none',
    })
    expect(input).toMatchObject({ departmentId: 'd1', date: '2026-05-12', time: '14:30', durationMinutes: 20 })
  })

  it('sends a known patient with the contact as corrected', () => {
    const known: Patient = { ...encounter().patient, ipp: '8012345678', email: 'old@exemple.test' }
    const form = draft()
    form.patient = { ...existing(known), email: 'new@exemple.test' }
    expect(toInput(form, department).patient).toMatchObject({
      id: 'p1',
      ipp: '8012345678',
      birthDate: '1980-05-12',
      email: 'new@exemple.test',
    })
  })

  it('sends the representative with a minor, and the person’s word about an odd address', () => {
    const input = toInput(
      draft({
        birthDate: '01/01/2015',
        representativeName: 'Max Durand',
        relationship: 'parent',
        emailConfirmed: true,
      }),
      department,
    )
    expect(input.patient).toMatchObject({
      protection: 'minor',
      emailConfirmed: true,
      representative: { name: 'Max Durand', relationship: 'parent' },
    })
  })
})

describe('fresh', () => {
  it.each([
    ['Durand Zoé', { familyName: 'Durand', givenName: 'Zoé' }],
    ['12/05/1980', { birthDate: '12/05/1980', familyName: '' }],
    ['8012345678', { ipp: '8012345678', familyName: '' }],
    ['', { familyName: '', givenName: '' }],
  ])('begins %j with what was searched', (query, expected) => {
    expect(fresh(query)).toMatchObject(expected)
  })
})

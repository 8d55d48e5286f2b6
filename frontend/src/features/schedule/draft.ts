/** What the form holds, what it would send, and what is missing in it: pure. */
import type {
  Department,
  Language,
  Patient,
  PatientInput,
  Protection,
  Relationship,
  ScheduleInput,
  Violation,
} from '../../api/types'
import { ageOn, parseDate, showDate } from '../../i18n/dates'
import { checkPlanned, emptyPlanned, type Planned, plannedInput } from '../../ui/planned'
import { texts } from './texts'

export interface PatientDraft {
  /** search: nobody yet; existing: found; new: being typed. */
  mode: 'search' | 'existing' | 'new'
  id: string
  familyName: string
  givenName: string
  /** As typed. */
  birthDate: string
  ipp: string
  email: string
  mobile: string
  language: Language
  protectedAdult: boolean
  representativeName: string
  relationship: Relationship | ''
  representativeEmail: string
  representativeMobile: string
  emailConfirmed: boolean
}

export interface Draft {
  departmentId: string
  patient: PatientDraft
  planned: Planned
}

const nobody: PatientDraft = {
  mode: 'search',
  id: '',
  familyName: '',
  givenName: '',
  birthDate: '',
  ipp: '',
  email: '',
  mobile: '',
  language: 'fr',
  protectedAdult: false,
  representativeName: '',
  relationship: '',
  representativeEmail: '',
  representativeMobile: '',
  emailConfirmed: false,
}

export function emptyDraft(department: Department, practitionerId: string, date: string): Draft {
  return {
    departmentId: department.id,
    patient: { ...nobody },
    planned: emptyPlanned(department, practitionerId, date),
  }
}

export function existing(patient: Patient): PatientDraft {
  return {
    ...nobody,
    mode: 'existing',
    id: patient.id,
    familyName: patient.familyName,
    givenName: patient.givenName,
    birthDate: showDate(patient.birthDate),
    ipp: patient.ipp ?? '',
    email: patient.email,
    mobile: patient.mobile,
    language: patient.language,
    protectedAdult: patient.protection === 'protected-adult',
    representativeName: patient.representative?.name ?? '',
    relationship: patient.representative?.relationship ?? '',
    representativeEmail: patient.representative?.email ?? '',
    representativeMobile: patient.representative?.mobile ?? '',
  }
}

/** A new patient, beginning with what was typed in the search. */
export function fresh(query: string): PatientDraft {
  const date = parseDate(query)
  if (date) return { ...nobody, mode: 'new', birthDate: showDate(date) }
  if (/^80\d{8,11}$/.test(query.trim())) return { ...nobody, mode: 'new', ipp: query.trim() }
  const [familyName = '', ...given] = query.trim().split(/\s+/)
  return { ...nobody, mode: 'new', familyName, givenName: given.join(' ') }
}

/** Minor on the day of the consultation, or protected. */
export function protection(p: PatientDraft, day: string): Protection {
  const born = parseDate(p.birthDate)
  if (born && day && ageOn(born, day) < 18 && born <= day) return 'minor'
  return p.protectedAdult ? 'protected-adult' : 'none'
}

function patientInput(p: PatientDraft, day: string): PatientInput {
  const kind = protection(p, day)
  const input: PatientInput = {
    familyName: p.familyName.trim(),
    givenName: p.givenName.trim(),
    birthDate: parseDate(p.birthDate) ?? '',
    email: p.email.trim(),
    mobile: p.mobile.trim(),
    language: p.language,
    protection: kind,
  }
  if (p.mode === 'existing') input.id = p.id
  if (p.ipp.trim()) input.ipp = p.ipp.replace(/\s/g, '')
  if (p.emailConfirmed) input.emailConfirmed = true
  if (kind !== 'none')
    input.representative = {
      name: p.representativeName.trim(),
      relationship: p.relationship || 'other',
      email: p.representativeEmail.trim(),
      mobile: p.representativeMobile.trim(),
    }
  return input
}

export function toInput(draft: Draft, department: Department): ScheduleInput {
  return {
    departmentId: department.id,
    patient: patientInput(draft.patient, draft.planned.date),
    ...plannedInput(draft.planned, department),
  }
}

function checkPatient(p: PatientDraft, day: string, today: string): Violation[] {
  const t = texts().missing
  const found: Violation[] = []
  const refuse = (field: string, code: string, message: string) => found.push({ field, code, message })
  if (p.mode === 'search') return [{ field: 'patient', code: 'patient_missing', message: t.patient }]
  if (!p.familyName.trim()) refuse('patient.familyName', 'family_name_missing', t.familyName)
  if (!p.givenName.trim()) refuse('patient.givenName', 'given_name_missing', t.givenName)
  const born = parseDate(p.birthDate)
  if (!born) refuse('patient.birthDate', 'birth_date_invalid', t.birthDate)
  else if (born > today) refuse('patient.birthDate', 'birth_date_future', t.birthFuture)
  if (protection(p, day) === 'none') {
    if (!p.email.trim() && !p.mobile.trim()) refuse('patient.email', 'contact_missing', t.contact)
    return found
  }
  if (!p.representativeName.trim()) refuse('patient.representative.name', 'representative_missing', t.representative)
  if (!p.relationship) refuse('patient.representative.relationship', 'relationship_missing', t.relationship)
  if (!p.representativeEmail.trim() && !p.representativeMobile.trim())
    refuse('patient.representative.email', 'contact_missing', t.representativeContact)
  return found
}

/** Everything the server would refuse that can be said at once. */
export function check(draft: Draft, department: Department, today: string): Violation[] {
  return [...checkPatient(draft.patient, draft.planned.date, today), ...checkPlanned(draft.planned, department, today)]
}

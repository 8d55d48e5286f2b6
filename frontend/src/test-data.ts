/** Invented people and plans for the tests. */
import type { Department, Encounter, Me, StepCode } from './api/types'

export const department: Department = {
  id: 'd1',
  code: 'CARDIO',
  name: 'Cardiologie',
  hospital: 'Hôpital de démonstration',
  phone: '01 00 00 00 00',
  timezone: 'Europe/Paris',
  tools: ['ortif', 'zoom', 'teams'],
  secureTools: ['ortif'],
  portalUrl: 'https://portail.exemple.test',
  codingTarget: 'Gilda',
  roles: ['secretary'],
  permissions: ['encounter.read', 'encounter.schedule'],
}

export const me: Me = {
  staff: { id: 's1', email: 'a@exemple.test', familyName: 'Arnaud', givenName: 'Ana', title: '', isAdmin: false },
  departments: [department],
  permissions: ['encounter.read', 'encounter.schedule'],
}

const codes: StepCode[] = [
  'appointment',
  'information',
  'consent',
  'portal',
  'link',
  'invitation',
  'held',
  'prescription',
  'record',
  'coding',
]

export function encounter(change: Partial<Encounter> = {}): Encounter {
  return {
    id: 'e1',
    departmentId: 'd1',
    version: 1,
    patient: {
      id: 'p1',
      departmentId: 'd1',
      familyName: 'Durand',
      givenName: 'Zoé',
      birthDate: '1980-05-12',
      email: 'zoe@exemple.test',
      mobile: '',
      language: 'fr',
      protection: 'none',
    },
    practitioner: { id: 's2', title: 'Dr', familyName: 'Petit', givenName: 'Paul' },
    status: 'planned',
    modality: 'video',
    tool: 'zoom',
    plannedStart: '2026-05-12T12:30:00Z',
    plannedEnd: '2026-05-12T12:50:00Z',
    consent: 'unknown',
    nextStep: 'link',
    actsNext: 'secretary',
    late: false,
    chain: codes.map((code, i) => ({
      number: i + 1,
      code,
      title: code,
      state: 'todo',
      late: false,
      actsNext: 'secretary',
      evidence: '',
    })),
    consentDecisions: [],
    messages: [],
    incidents: [],
    allowed: [],
    ...change,
  }
}

/** A fetch that answers from a list, in order, and remembers what it was asked. */
export function answers(...responses: (Response | Error)[]) {
  const asked: { url: string; init: RequestInit }[] = []
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    asked.push({ url: String(url), init })
    const next = responses.shift()
    if (!next) throw new Error(`no answer left for ${String(url)}`)
    if (next instanceof Error) throw next
    return next
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })
}

/** The planned side of an encounter as it is typed: pure rules, shared by scheduling and changing. */
import type { Department, Encounter, Modality, PlannedInput, TelephoneReason, Tool, Violation } from '../api/types'
import { dayOf, instantsOf, timeOf } from '../i18n/dates'
import { table } from '../i18n/language'
import fr from './planned-texts.fr'

export const plannedTexts = table(fr, () => import('./planned-texts.en'))

export interface Planned {
  practitionerId: string
  date: string
  time: string
  /** Minutes, as typed. */
  duration: string
  modality: Modality
  telephoneReason: TelephoneReason | ''
  tool: Tool | ''
  toolReason: string
  repeatedHour: 'first' | 'second' | ''
}

export function emptyPlanned(department: Department, practitionerId: string, date: string): Planned {
  return {
    practitionerId,
    date,
    time: '',
    duration: '20',
    modality: 'video',
    telephoneReason: '',
    tool: department.tools[0] ?? '',
    toolReason: '',
    repeatedHour: '',
  }
}

export function plannedOf(encounter: Encounter, department: Department): Planned {
  const start = encounter.plannedStart
  const minutes = Math.round((Date.parse(encounter.plannedEnd) - Date.parse(start)) / 60_000)
  const date = dayOf(start, department.timezone)
  const time = timeOf(start, department.timezone)
  const both = instantsOf(date, time, department.timezone)
  return {
    practitionerId: encounter.practitioner.id,
    date,
    time,
    duration: String(minutes),
    modality: encounter.modality,
    telephoneReason: encounter.telephoneReason ?? '',
    tool: encounter.tool === 'telephone' ? (department.tools[0] ?? '') : encounter.tool,
    toolReason: encounter.toolReason ?? '',
    repeatedHour: both.length > 1 ? (both[0] === Date.parse(start) ? 'first' : 'second') : '',
  }
}

export function plannedInput(p: Planned, department: Department): PlannedInput {
  const input: PlannedInput = {
    practitionerId: p.practitionerId,
    date: p.date,
    time: p.time,
    durationMinutes: Number(p.duration),
    modality: p.modality,
  }
  if (p.modality === 'telephone') {
    if (p.telephoneReason) input.telephoneReason = p.telephoneReason
  } else if (p.tool) {
    input.tool = p.tool
    if (p.tool !== department.tools[0]) input.toolReason = p.toolReason.trim()
  }
  if (p.repeatedHour && instantsOf(p.date, p.time, department.timezone).length > 1) input.repeatedHour = p.repeatedHour
  return input
}

/** What the server would refuse and we can say at once, all of it. */
export function checkPlanned(p: Planned, department: Department, today: string): Violation[] {
  const t = plannedTexts()
  const found: Violation[] = []
  const refuse = (field: string, code: string, message: string) => found.push({ field, code, message })
  if (!p.practitionerId) refuse('practitionerId', 'practitioner_missing', t.missing.practitioner)
  if (!p.date) refuse('date', 'date_missing', t.missing.date)
  else if (p.date < today) refuse('date', 'date_in_past', t.missing.past)
  if (!p.time) refuse('time', 'time_missing', t.missing.time)
  const minutes = Number(p.duration)
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 240)
    refuse('durationMinutes', 'duration_invalid', t.missing.duration)
  if (p.date && p.time) {
    const instants = instantsOf(p.date, p.time, department.timezone)
    if (instants.length === 0) refuse('time', 'time_does_not_exist', t.skipped)
    if (instants.length > 1 && !p.repeatedHour) refuse('repeatedHour', 'time_ambiguous', t.missing.repeated)
  }
  if (p.modality === 'telephone' && !p.telephoneReason)
    refuse('telephoneReason', 'telephone_reason_missing', t.missing.telephoneReason)
  if (p.modality === 'video' && p.tool !== department.tools[0] && !p.toolReason.trim())
    refuse('toolReason', 'tool_reason_missing', t.missing.toolReason)
  return found
}

/** What each field is called in the summary of errors. */
export function plannedLabels(): Record<string, string> {
  const t = plannedTexts()
  return {
    practitionerId: t.practitioner,
    date: t.date,
    time: t.time,
    durationMinutes: t.duration,
    repeatedHour: t.time,
    modality: t.modality,
    telephoneReason: t.telephoneReason,
    tool: t.tool,
    toolReason: t.tool,
  }
}

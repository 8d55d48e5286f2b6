/** The fields of a row: how they are grouped into cells, which may be changed, how each is typed. Pure. */
import { parseDate, showDate } from '../../i18n/dates'
import { showPhone } from '../../ui/contact-texts'
import type { BatchRow, Field } from './types'

/** A cell of the table; one touch opens its fields. */
export type Part = 'person' | 'when' | 'contact' | 'link'

const parts: Record<Part, readonly Field[]> = {
  person: ['familyName', 'givenName', 'birthDate', 'ipp', 'language'],
  when: ['date', 'time', 'duration', 'practitioner', 'modality', 'telephoneReason'],
  contact: [
    'email',
    'mobile',
    'representativeName',
    'representativeRelationship',
    'representativeEmail',
    'representativeMobile',
  ],
  link: ['tool', 'link', 'passcode', 'reference'],
}

export const partNames = Object.keys(parts) as Part[]

/** Every field in the order of the table; what a file gives as one name is split by the server. */
export const allFields: readonly Field[] = partNames.flatMap((part) => parts[part])

export function partOf(field: Field | 'row'): Part | undefined {
  return partNames.find((part) => (parts[part] as readonly string[]).includes(field))
}

const ofFixed: readonly Field[] = [
  'email',
  'mobile',
  'representativeEmail',
  'representativeMobile',
  'link',
  'passcode',
  'reference',
]

export function editable(row: BatchRow, field: Field | 'row'): field is Field {
  if (row.state !== 'open' || partOf(field) === undefined) return false
  return !row.fixed || ofFixed.includes(field as Field)
}

/** Fields that mean nothing for this row unless they say something or are wrong. */
function relevant(row: BatchRow, field: Field): boolean {
  if (row.values[field] || row.problems.some((p) => p.field === field)) return true
  if (field.startsWith('representative'))
    return parts.contact.some((one) => one.startsWith('representative') && row.values[one])
  if (field === 'telephoneReason') return row.values.modality === 'telephone'
  if (field === 'passcode') return Boolean(row.values.link)
  if (field === 'reference') return row.values.tool === 'ortif'
  return true
}

/** What a touch on the cell opens. */
export function fieldsOf(row: BatchRow, part: Part): Field[] {
  return parts[part].filter((field) => editable(row, field) && relevant(row, field))
}

export type Kind = 'text' | 'paste' | 'email' | 'tel' | 'number' | 'birth' | 'date' | 'time' | 'select'

const kinds: Partial<Record<Field, Kind>> = {
  birthDate: 'birth',
  ipp: 'number',
  duration: 'number',
  email: 'email',
  representativeEmail: 'email',
  mobile: 'tel',
  representativeMobile: 'tel',
  date: 'date',
  time: 'time',
  link: 'paste',
  practitioner: 'select',
  modality: 'select',
  telephoneReason: 'select',
  tool: 'select',
  language: 'select',
  representativeRelationship: 'select',
}

export function kindOf(field: Field): Kind {
  return kinds[field] ?? 'text'
}

/** The keyboard of a tablet and the element for each kind. */
export const inputs: Record<
  Exclude<Kind, 'select' | 'paste'>,
  { type: string; inputMode?: 'email' | 'tel' | 'numeric' }
> = {
  text: { type: 'text' },
  email: { type: 'email', inputMode: 'email' },
  tel: { type: 'tel', inputMode: 'tel' },
  number: { type: 'text', inputMode: 'numeric' },
  birth: { type: 'text', inputMode: 'numeric' },
  date: { type: 'date' },
  time: { type: 'time' },
}

const day = /^\d{4}-\d{2}-\d{2}$/
const clock = /^\d{2}:\d{2}$/

/** What stands in the input. A date or an hour that could not be read leaves its input empty: see unread. */
export function typedOf(field: Field, value: string): string {
  const kind = kindOf(field)
  if (kind === 'birth') return day.test(value) ? showDate(value) : value
  if (kind === 'date') return day.test(value) ? value : ''
  if (kind === 'time') return clock.test(value) ? value : ''
  if (kind === 'tel') return showPhone(value).replaceAll('\u00a0', ' ')
  return value
}

/** What the file said that the input cannot show. */
export function unread(field: Field, value: string): string | undefined {
  return value && !typedOf(field, value) ? value : undefined
}

/** What is sent for what was typed. */
export function valueFor(field: Field, typed: string): string {
  const text = typed.trim()
  return kindOf(field) === 'birth' ? (parseDate(text) ?? text) : text
}

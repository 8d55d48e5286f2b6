/** What a cell with a list offers: codes or names, in words. */

import type { Tool } from '../../api/types'
import { words } from '../../i18n/words'
import { contactTexts, showPhone } from '../../ui/contact-texts'
import { plannedTexts } from '../../ui/planned'
import { kindOf } from './fields'
import { texts } from './texts'
import type { Field } from './types'

export interface Offer {
  tools: readonly Tool[]
  /** By the names that rows use. */
  practitioners: readonly string[]
}

export function choicesOf(field: Field, offer: Offer): [string, string][] {
  const p = plannedTexts()
  if (field === 'practitioner') return offer.practitioners.map((name) => [name, name])
  if (field === 'tool') return offer.tools.map((code) => [code, words().tool[code]])
  if (field === 'modality')
    return [
      ['video', p.video],
      ['telephone', p.telephone],
    ]
  if (field === 'telephoneReason') return Object.entries(p.reasons)
  if (field === 'representativeRelationship') return Object.entries(contactTexts().relationships)
  return Object.entries(texts().languages)
}

/** A code in words; what is no code stays as it was typed. */
export function inWords(field: Field, value: string): string {
  if (kindOf(field) === 'tel') return showPhone(value)
  if (kindOf(field) !== 'select') return value
  const tools: Readonly<Record<string, string>> = words().tool
  if (field === 'tool') return tools[value] ?? value
  return choicesOf(field, { tools: [], practitioners: [] }).find(([code]) => code === value)?.[1] ?? value
}

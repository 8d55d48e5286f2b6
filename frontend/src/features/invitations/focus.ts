/** Where the focus goes on the review page: never lost, never under the bars. */
import type { Part } from './fields'
import type { Field } from './types'

export const fieldId = (row: number, field: Field | 'row') => `f${row}-${field}`
export const cellId = (row: number, part: Part | 'outcome') => `c${row}-${part}`
export const lineId = (row: number) => `l${row}`

/** The element may only come with the next drawing. */
function focus(id: string): void {
  const find = () => document.getElementById(id)
  const go = (element: HTMLElement) => {
    element.focus({ preventScroll: true })
    element.scrollIntoView({ block: 'nearest' })
  }
  const there = find()
  if (there) go(there)
  else
    setTimeout(() => {
      const late = find()
      if (late) go(late)
    }, 50)
}

export const settingsId = 'settings'
export const declareId = 'declare'

/** Where one choice mends every row: what the meetings are set to, else the settings, unfolded. */
export function focusSettings(code: string): void {
  const declare = code === 'lobby_not_declared' ? document.getElementById(declareId) : null
  const settings = document.getElementById(settingsId)
  if (!declare && settings instanceof HTMLDetailsElement) settings.open = true
  const target = (declare ?? settings)?.querySelector<HTMLElement>('input, summary')
  target?.focus({ preventScroll: true })
  ;(declare ?? settings)?.scrollIntoView({ block: 'start' })
}

export const focusField = (row: number, field: Field) => focus(fieldId(row, field))
export const focusCell = (row: number, part: Part | 'outcome') => focus(cellId(row, part))
export const focusLine = (row: number) => focus(lineId(row))

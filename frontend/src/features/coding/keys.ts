/** What a key means for the act that has the focus. */
import type { CodingRow, ReasonState } from '../../api/types'

export type Pressed =
  | { do: 'move'; by: 1 | -1 }
  | { do: 'code'; id: string }
  | { do: 'ask'; state: ReasonState }
  | { do: 'undo' }

interface Key {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** Enter and the space bar are the button's own. Digits count the choices as they are shown, the proposal first. */
export function pressed({ key, ctrlKey, metaKey, altKey }: Key, row: CodingRow | undefined): Pressed | undefined {
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'z') return { do: 'undo' }
  if (ctrlKey || metaKey || altKey) return undefined
  if (key === 'ArrowDown' || key === 'ArrowUp') return { do: 'move', by: key === 'ArrowDown' ? 1 : -1 }
  const letter = key.toLowerCase()
  if (letter === 'z') return { do: 'undo' }
  if (!row) return undefined
  const open = row.state === 'to-code' || row.state === 'refused'
  if (letter === 'r' && row.state !== 'not-billable') return { do: 'ask', state: 'refused' }
  if (!open) return undefined
  if (letter === 'n') return { do: 'ask', state: 'not-billable' }
  const id = /^[1-9]$/.test(key) ? row.choices[Number(key) - 1] : undefined
  return id ? { do: 'code', id } : undefined
}

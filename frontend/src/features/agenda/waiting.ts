import type { EncounterRow } from '../../api/types'

/** The patient is there and nobody has begun yet. */
export function isWaiting(row: EncounterRow): boolean {
  const there = row.presence?.state === 'present' || row.presence?.state === 'in-meeting'
  return there && (row.status === 'arrived' || row.status === 'planned')
}

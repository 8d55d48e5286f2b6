import type { EncounterRow } from '../../api/types'

/** The patient is there and nobody has begun yet. */
export function isWaiting(row: EncounterRow): boolean {
  const there = row.presence?.state === 'present' || row.presence?.state === 'in-meeting'
  return there && (row.status === 'arrived' || row.status === 'planned')
}

/** Finished or cancelled: looked at after what is to come. */
export function isOver(row: EncounterRow): boolean {
  return row.status === 'finished' || row.status === 'cancelled'
}

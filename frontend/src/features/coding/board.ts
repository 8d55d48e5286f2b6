/** What was done to the acts on screen: one after the other to the server, shown at once, taken back if it says no. */
import { type Signal, signal } from '@preact/signals'
import { request } from '../../api/client'
import { asFailure, type Failure, isTemporary } from '../../api/error'
import type { CodingRow, ReasonState } from '../../api/types'

export type Deed =
  | { state: 'coded'; activityCodeId: string }
  | { state: ReasonState; reasonCode: string; reason?: string }

export interface Mark {
  state: 'busy' | 'done' | 'failed'
  deed: Deed
  failure?: Failure
}

export interface Board {
  marks: Signal<ReadonlyMap<string, Mark>>
  /** The row of the last deed that may be taken back. */
  last: Signal<CodingRow | undefined>
  record: (row: CodingRow, deed: Deed) => Promise<void>
  undo: () => Promise<CodingRow | undefined>
  clear: () => void
}

export function createBoard(): Board {
  const marks = signal<ReadonlyMap<string, Mark>>(new Map())
  const last = signal<CodingRow | undefined>(undefined)
  const keys = new Map<string, string>()
  let line: Promise<unknown> = Promise.resolve()

  const put = (id: string, mark: Mark | undefined) => {
    const next = new Map(marks.value)
    if (mark) next.set(id, mark)
    else next.delete(id)
    marks.value = next
  }

  /** One deed has one key over all its tries. */
  async function send(row: CodingRow, deed: Deed): Promise<void> {
    const body = { ...deed, seen: row.state }
    const name = row.encounterId + JSON.stringify(body)
    const idempotencyKey = keys.get(name) ?? crypto.randomUUID()
    keys.set(name, idempotencyKey)
    try {
      await request('POST', `/encounters/${row.encounterId}/coding`, { body, idempotencyKey })
      keys.delete(name)
      put(row.encounterId, { state: 'done', deed })
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (!isTemporary(failure)) keys.delete(name)
      put(row.encounterId, { state: 'failed', deed, failure })
      if (last.value?.encounterId === row.encounterId) last.value = undefined
    }
  }

  return {
    marks,
    last,
    record(row, deed) {
      const mark = marks.value.get(row.encounterId)
      if (mark && mark.state !== 'failed') return Promise.resolve()
      put(row.encounterId, { state: 'busy', deed })
      last.value = row
      const sent = line.then(() => send(row, deed))
      line = sent
      return sent
    },
    async undo() {
      const row = last.value
      if (!row) return undefined
      last.value = undefined
      await line // what is taken back must have arrived
      const mark = marks.value.get(row.encounterId)
      if (mark?.state !== 'done') return undefined
      try {
        const idempotencyKey = crypto.randomUUID()
        await request('POST', `/encounters/${row.encounterId}/coding/undo`, { idempotencyKey })
        put(row.encounterId, undefined)
        return row
      } catch (thrown) {
        put(row.encounterId, { ...mark, failure: asFailure(thrown) })
        return undefined
      }
    },
    clear() {
      marks.value = new Map()
      last.value = undefined
    },
  }
}

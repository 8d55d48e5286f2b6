/** A list on screen: the server's rows with the corrections that wait on top, each row a signal of its own. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Offer } from './choices'
import { changeOf, onTop } from './corrections'
import { editable, type Part } from './fields'
import { type Filter, isOfList, isWrong, keepOrder, matches, nextError, type Place } from './order'
import { type Queue, queueOf } from './queue'
import type { Batch, BatchHead, BatchRow, Change, Corrected, Field } from './types'

export interface Line {
  id: number
  server: Signal<BatchRow>
  /** What is shown: the server's row with what waits. */
  view: ReadonlySignal<BatchRow>
  /** What waits for the server. */
  change: ReadonlySignal<Change | undefined>
  /** Inputs that were opened by a problem stay until the page is left, so that nothing moves under a finger. */
  kept: Signal<ReadonlySet<Field>>
  /** The cell that was opened by hand. */
  open: Signal<Part | 'outcome' | undefined>
  /** Had an error when it was first seen, or since. */
  wasWrong: Signal<boolean>
}

/** A problem that shows its input at once: an error, or a doubt with a better value at hand. */
function opensInput(row: BatchRow): Field[] {
  return row.problems
    .filter((p) => !isOfList(p) && (p.severity === 'error' || p.suggestion !== undefined))
    .map((p) => p.field)
    .filter((field) => editable(row, field))
}

function createLine(row: BatchRow, queue: Queue): Line {
  const server = signal(row)
  const change = computed(() => changeOf(queue.waiting.value, row.id))
  return {
    id: row.id,
    server,
    view: computed(() => onTop(server.value, change.value)),
    change,
    kept: signal(new Set(opensInput(row))),
    open: signal(undefined),
    wasWrong: signal(isWrong(row)),
  }
}

function update(line: Line, row: BatchRow): void {
  line.server.value = row
  if (isWrong(row)) line.wasWrong.value = true
  const more = opensInput(row).filter((field) => !line.kept.value.has(field))
  if (more.length > 0) line.kept.value = new Set([...line.kept.value, ...more])
}

export type List = ReturnType<typeof createList>

export function createList(id: string) {
  const queue = queueOf(id)
  const head = signal<BatchHead | undefined>(undefined)
  const lines = new Map<number, Line>()
  const order = signal<readonly number[]>([])
  const filter = signal<Filter>('all')
  /** Rows that were shown since the filter was chosen stay, whatever became of them. */
  const held = signal<ReadonlySet<number>>(new Set())
  const shown = computed(() =>
    order.value.flatMap((one) => {
      const line = lines.get(one)
      if (!line) return []
      return filter.value === 'all' || held.value.has(one) || matches(line.view.value, filter.value) ? [line] : []
    }),
  )

  /** The newest revision whose rows are here. */
  let known = -1
  let fresh = false

  /** An answer that is older than what is shown changes nothing. */
  function takeHead(next: BatchHead): boolean {
    if (head.value && next.revision < head.value.revision) return false
    head.value = next
    return true
  }

  return {
    id,
    queue,
    head,
    /** Nothing of it was ever sent. */
    draft: computed(() => head.value?.state === 'draft'),
    shown,
    filter,
    /** What selects offer: the tools and the practitioners of the department. */
    offer: signal<Offer>({ tools: [], practitioners: [] }),
    takeHead,
    known: () => known,
    /** The next rows come in the server's order. */
    reorder(): void {
      fresh = true
    },
    /** The server's rows; with stay, in the order that is on screen. */
    take({ rows, next: _, ...rest }: Batch, stay: boolean): boolean {
      if (!takeHead(rest)) return false
      known = rest.revision
      for (const one of rows) {
        // What a stopped list had not sent is not corrected any more either.
        const over = rest.state === 'cancelled' && one.state === 'open'
        const row: BatchRow = over ? { ...one, state: 'cancelled' } : one
        const line = lines.get(row.id)
        if (line) update(line, row)
        else lines.set(row.id, createLine(row, queue))
      }
      const incoming = rows.map((row) => row.id)
      order.value = stay && !fresh ? keepOrder(order.value, incoming) : incoming
      fresh = false
      return true
    },
    corrected({ revision, summary, rows }: Corrected): void {
      // Of a revision in between, somebody else's rows are not here yet.
      if (revision === known + 1) known = revision
      if (head.value && revision >= head.value.revision) head.value = { ...head.value, revision, summary }
      for (const row of rows) {
        const line = lines.get(row.id)
        if (line) update(line, row)
      }
    },
    choose(next: Filter): void {
      held.value = new Set()
      filter.value = next
      held.value = new Set(shown.value.map((line) => line.id))
    },
    line: (row: number) => lines.get(row),
    /** The row with this number of the file. */
    byLine: (number: number) => [...lines.values()].find((line) => line.server.value.line === number),
    correct(row: number, change: Change): void {
      held.value = new Set(shown.value.map((line) => line.id))
      queue.add(row, change)
    },
    next: (from?: Place) =>
      nextError(
        shown.value.map((line) => line.view.value),
        from,
      ),
  }
}

/**
 * The corrections of a list on their way to the server, one after the other. They are kept as a draft of the person
 * on this device until the server has them, so that neither a lost network nor a reload costs any.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { request } from '../../api/client'
import { dropDraft, loadDraft, saveDraftNow } from '../../api/drafts'
import { ApiError, asFailure, isTemporary, NetworkError } from '../../api/error'
import { online } from '../../api/read'
import { onLeave, phase } from '../../api/session'
import { failureText } from '../../ui/failure-text'
import { type Correction, withNew } from './corrections'
import type { Change, Corrected } from './types'

const backOff = { first: 1_000, last: 30_000 }

export interface Queue {
  waiting: ReadonlySignal<readonly Correction[]>
  /** The last try got no answer. */
  stuck: ReadonlySignal<boolean>
  /** What the server said no to, by row. */
  refused: ReadonlySignal<ReadonlyMap<number, string>>
  add: (row: number, change: Change) => void
  /** Tries now. */
  send: () => Promise<void>
  /** Whoever shows the rows hears of every answer. */
  hear: (listener: ((done: Correction, answer: Corrected | undefined) => void) | undefined) => void
}

const queues = new Map<string, Queue & { close: () => void }>()
let last = 0

/** Numbers rise over reloads too. */
function number(): number {
  last = Math.max(last + 1, Date.now())
  return last
}

export const draftName = (batch: string) => `batch:${batch}`

function create(batch: string): Queue & { close: () => void } {
  const waiting = signal<readonly Correction[]>([])
  const stuck = signal(false)
  const refused = signal<ReadonlyMap<number, string>>(new Map())
  let sending: number | undefined
  let running = false
  let closed = false
  let pause = backOff.first
  let timer: ReturnType<typeof setTimeout> | undefined
  let listener: Parameters<Queue['hear']>[0]

  const loaded = loadDraft<Correction[]>(draftName(batch)).then((old) => {
    if (old && !closed) waiting.value = waiting.value.reduce((list, one) => withNew(list, one), [...old])
  })
  let writing: Promise<void> = loaded

  function put(list: readonly Correction[]): void {
    waiting.value = list
    writing = writing.then(() => {
      if (closed) return
      return waiting.value.length > 0 ? saveDraftNow(draftName(batch), waiting.value) : dropDraft(draftName(batch))
    })
  }

  function refuse(row: number, text: string | undefined): void {
    if (refused.peek().get(row) === text) return
    const next = new Map(refused.value)
    if (text === undefined) next.delete(row)
    else next.set(row, text)
    refused.value = next
  }

  /** Whether the next may follow at once. */
  async function one({ n, row, ...body }: Correction): Promise<boolean> {
    let answer: Corrected | undefined
    try {
      sending = n
      answer = (await request<Corrected>('PATCH', `/batches/${batch}/rows/${row}`, { body })).data
      online.value = true
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (failure instanceof NetworkError) online.value = false
      // Who was signed out goes on where they were once they are back.
      if (isTemporary(failure) || (failure instanceof ApiError && failure.status === 401)) return false
      if (!closed) refuse(row, failureText(failure))
    } finally {
      sending = undefined
    }
    if (closed) return false
    put(waiting.value.filter((c) => c.n !== n))
    listener?.({ n, row, ...body }, answer)
    return true
  }

  async function sendAllOfThem(): Promise<void> {
    for (let next = waiting.value[0]; next; next = waiting.value[0]) {
      if (!(await one(next))) {
        stuck.value = true
        if (!closed) timer = setTimeout(() => void send(), pause)
        pause = Math.min(pause * 2, backOff.last)
        return
      }
      pause = backOff.first
    }
    stuck.value = false
  }

  async function send(): Promise<void> {
    clearTimeout(timer)
    await loaded
    if (running || closed || phase.value !== 'in') return
    running = true
    try {
      await sendAllOfThem()
    } finally {
      running = false
    }
  }

  return {
    waiting,
    stuck,
    refused,
    send,
    add(row, change) {
      refuse(row, undefined)
      put(withNew(waiting.value, { n: number(), row, ...change }, sending))
      void send()
    },
    hear(next) {
      listener = next
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** The one queue of a list; it goes on when its page is left. */
export function queueOf(batch: string): Queue {
  let queue = queues.get(batch)
  if (!queue) {
    queue = create(batch)
    queues.set(batch, queue)
    void queue.send()
  }
  return queue
}

function sendAll(): void {
  for (const queue of queues.values()) void queue.send()
}

onLeave(() => {
  for (const queue of queues.values()) queue.close()
  queues.clear()
})
effect(() => {
  if (phase.value === 'in') setTimeout(sendAll)
})
addEventListener('online', sendAll)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') sendAll()
})

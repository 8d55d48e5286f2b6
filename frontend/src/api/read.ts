/** Reading: what the device has seen first, then the server; shared by every screen that looks at the same thing. */
import { type Signal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, request } from './client'
import { ApiError, asFailure, type Failure } from './error'
import { onLeave, staffId } from './session'
import { keep, kept } from './store'

export interface Reading<T> {
  data: T | undefined
  etag: string | undefined
  /** When the server gave this, in milliseconds. */
  seenAt: number | undefined
  loading: boolean
  /** The last try failed; data, if any, is from before. */
  failure: Failure | undefined
}

type Fetcher<T> = () => Promise<Answer<T>>

interface Entry<T> {
  state: Signal<Reading<T>>
  topics: readonly string[]
  users: number
  fetcher: Fetcher<T>
  /** Rises with every write, so that an older answer under way does not undo it. */
  generation: number
  running: Promise<void> | undefined
  again: boolean
}

const empty = { data: undefined, etag: undefined, seenAt: undefined, loading: true, failure: undefined }
const entries = new Map<string, Entry<unknown>>()

/** Whether the last exchange with the server worked. */
export const online = signal(true)

onLeave(() => entries.clear())

function entryOf<T>(path: string, topics: readonly string[], fetcher: Fetcher<T>): Entry<T> {
  let entry = entries.get(path) as Entry<T> | undefined
  if (!entry) {
    entry = {
      state: signal<Reading<T>>({ ...empty }),
      topics,
      users: 0,
      fetcher,
      generation: 0,
      running: undefined,
      again: false,
    }
    entries.set(path, entry as Entry<unknown>)
  }
  entry.fetcher = fetcher
  return entry
}

async function hydrate<T>(path: string, entry: Entry<T>): Promise<void> {
  if (entry.state.value.data !== undefined) return
  const old = await kept<T>('reads', path, staffId())
  if (!old || entry.state.value.data !== undefined) return
  entry.state.value = { ...entry.state.value, data: old.body, etag: old.etag, seenAt: old.at }
}

async function load<T>(path: string, entry: Entry<T>): Promise<void> {
  const generation = entry.generation
  try {
    const answer = await entry.fetcher()
    online.value = true
    if (generation === entry.generation) put(path, entry, answer)
  } catch (thrown) {
    const failure = asFailure(thrown)
    online.value = failure instanceof ApiError && failure.status !== 503
    if (generation === entry.generation) entry.state.value = { ...entry.state.value, loading: false, failure }
  }
}

function put<T>(path: string, entry: Entry<T>, answer: Answer<T>): void {
  const at = Date.now()
  entry.state.value = { data: answer.data, etag: answer.etag, seenAt: at, loading: false, failure: undefined }
  const id = staffId()
  if (id) void keep('reads', { key: path, staffId: id, at, body: answer.data, etag: answer.etag })
}

/** Asks the server again; two askers at once are one request, and one more if the second came late. */
function refresh<T>(path: string, entry: Entry<T>): Promise<void> {
  if (entry.running) {
    entry.again = true
    return entry.running
  }
  entry.running = load(path, entry).finally(() => {
    entry.running = undefined
    if (entry.again) {
      entry.again = false
      void refresh(path, entry)
    }
  })
  return entry.running
}

export interface ReadOptions<T> {
  /** What this is about ("encounter:…", "department:…"): live events name the same. */
  topics?: readonly string[]
  fetcher?: Fetcher<T>
}

export function useRead<T>(path: string, options: ReadOptions<T> = {}): Reading<T> & { reload: () => Promise<void> } {
  const fetcher = options.fetcher ?? (() => request<T>('GET', path))
  const entry = entryOf(path, options.topics ?? [], fetcher)
  useEffect(() => {
    entry.users++
    void hydrate(path, entry)
    void refresh(path, entry)
    return () => {
      entry.users--
    }
  }, [path, entry])
  return { ...entry.state.value, reload: () => refresh(path, entry) }
}

/** Puts the server's answer to a command where readers of the path see it. */
export function written<T>(path: string, answer: Answer<T>): void {
  const entry = entries.get(path) as Entry<T> | undefined
  if (!entry) return
  entry.generation++
  put(path, entry, answer)
}

/** Asks again for everything on screen about one of these topics; without topics, for everything on screen. */
export function refreshTopics(topics?: readonly string[]): void {
  for (const [path, entry] of entries) {
    const concerned = !topics || entry.topics.some((t) => topics.includes(t))
    if (!concerned) continue
    if (entry.users > 0) void refresh(path, entry)
  }
}

/** What is being typed, kept so that a reload or a lost network costs nothing. */
import { staffId } from './session'
import { drop, keep, kept } from './store'

const pause = 400
const timers = new Map<string, ReturnType<typeof setTimeout>>()

export async function loadDraft<T>(name: string): Promise<T | undefined> {
  const id = staffId()
  if (!id) return undefined
  return (await kept<T>('drafts', name, id))?.body
}

/** Keeps the draft after a short pause in typing. */
export function saveDraft(name: string, body: unknown): void {
  clearTimeout(timers.get(name))
  timers.set(
    name,
    setTimeout(() => void saveDraftNow(name, body), pause),
  )
}

export async function saveDraftNow(name: string, body: unknown): Promise<void> {
  clearTimeout(timers.get(name))
  timers.delete(name)
  const id = staffId()
  if (id) await keep('drafts', { key: name, staffId: id, at: Date.now(), body })
}

export async function dropDraft(name: string): Promise<void> {
  clearTimeout(timers.get(name))
  timers.delete(name)
  await drop('drafts', name)
}

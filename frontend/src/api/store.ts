/**
 * What is kept on the device. Nothing at all on a device marked shared; elsewhere what was read is kept
 * for twelve hours at most, and what was typed and not sent for three days, for the person whose it is; all of it is
 * wiped at sign-out.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

/** How long read data may stay on a device. */
export const maxAge = 12 * 3600 * 1000

/** What was typed and not sent outlives a weekend. */
const ageOf = { reads: maxAge, drafts: 6 * maxAge }

export interface Kept<T = unknown> {
  key: string
  staffId: string
  /** Milliseconds since the epoch. */
  at: number
  body: T
  etag?: string | undefined
}

interface Schema extends DBSchema {
  reads: { key: string; value: Kept }
  drafts: { key: string; value: Kept }
}

type StoreName = 'reads' | 'drafts'

const sharedKey = 'teleconsult.shared'
let opening: Promise<IDBPDatabase<Schema> | undefined> | undefined

/** A browser without IndexedDB (some private windows) works like a shared device. */
function open(): Promise<IDBPDatabase<Schema> | undefined> {
  opening ??= openDB<Schema>('teleconsult', 1, {
    upgrade(db) {
      db.createObjectStore('reads', { keyPath: 'key' })
      db.createObjectStore('drafts', { keyPath: 'key' })
    },
    terminated() {
      opening = undefined
    },
  }).catch(() => undefined)
  return opening
}

/** Whether the person said at sign-in that others use this device. */
export function isShared(): boolean {
  return localStorage.getItem(sharedKey) === '1'
}

export function setShared(shared: boolean): void {
  if (shared) localStorage.setItem(sharedKey, '1')
  else localStorage.removeItem(sharedKey)
}

export async function keep(store: StoreName, value: Kept): Promise<void> {
  if (isShared()) {
    // A form half filled must survive a reload even here; the tab's own storage ends with the tab.
    if (store === 'drafts') sessionStorage.setItem(`draft:${value.key}`, JSON.stringify(value))
    return
  }
  const db = await open()
  await db?.put(store, value).catch(() => undefined)
}

/** What was kept under the key for this person, unless it is too old. */
export async function kept<T>(
  store: StoreName,
  key: string,
  staffId: string | undefined,
  now = Date.now(),
): Promise<Kept<T> | undefined> {
  let value: Kept | undefined
  if (isShared()) {
    const text = store === 'drafts' ? sessionStorage.getItem(`draft:${key}`) : null
    value = text ? (JSON.parse(text) as Kept) : undefined
  } else {
    const db = await open()
    value = await db?.get(store, key).catch(() => undefined)
  }
  if (!value || now - value.at > ageOf[store]) return undefined
  if (staffId !== undefined && value.staffId !== staffId) return undefined
  return value as Kept<T>
}

export async function drop(store: StoreName, key: string): Promise<void> {
  sessionStorage.removeItem(`draft:${key}`)
  const db = await open()
  await db?.delete(store, key).catch(() => undefined)
}

/** Whether something typed by this person is not sent yet. */
export async function hasDrafts(staffId: string): Promise<boolean> {
  if (isShared()) return Object.keys(sessionStorage).some((key) => key.startsWith('draft:'))
  const db = await open()
  const all = (await db?.getAll('drafts').catch(() => [])) ?? []
  return all.some((draft) => draft.staffId === staffId)
}

/** Removes what is too old, or belongs to somebody else. */
export async function sweep(staffId?: string, now = Date.now()): Promise<void> {
  const db = await open()
  if (!db) return
  for (const store of ['reads', 'drafts'] as const) {
    const tx = db.transaction(store, 'readwrite')
    for await (const cursor of tx.store) {
      const value = cursor.value
      if (now - value.at > ageOf[store] || (staffId !== undefined && value.staffId !== staffId)) await cursor.delete()
    }
    await tx.done
  }
}

/** Removes everything: at sign-out, and when a device is marked shared. */
export async function wipe(): Promise<void> {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('draft:')) sessionStorage.removeItem(key)
  const db = await open()
  if (!db) return
  await Promise.all([db.clear('reads'), db.clear('drafts')])
}

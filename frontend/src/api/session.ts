/** Who is signed in, in which department they look around, and how that begins and ends. */
import { computed, signal } from '@preact/signals'
import { onUnauthenticated, request } from './client'
import { ApiError, asFailure } from './error'
import { keep, kept, setShared, sweep, wipe } from './store'
import type { Department, Me } from './types'

/** starting: not known yet; out: nobody; expired: somebody was, and their screen is to be found again. */
export type Phase = 'starting' | 'out' | 'in' | 'expired'

const sessionKey = '/session'
/** Says only that somebody signed in here, so that a device where nobody did need not ask the server. */
const signedKey = 'teleconsult.signed'
const departmentKey = 'teleconsult.department'

export const phase = signal<Phase>('starting')
export const me = signal<Me | undefined>(undefined)
const chosen = signal<string | undefined>(undefined)

/** The department whose lists are shown. */
export const department = computed<Department | undefined>(() => {
  const all = me.value?.departments ?? []
  return all.find((d) => d.id === chosen.value) ?? all[0]
})

const leaving: (() => void)[] = []

/** Registers what has to be forgotten when the person leaves. */
export function onLeave(forget: () => void): void {
  leaving.push(forget)
}

export function staffId(): string | undefined {
  return me.value?.staff.id
}

export function can(permission: string, inDepartment: Department | undefined = department.value): boolean {
  return inDepartment?.permissions.includes(permission) ?? false
}

export function chooseDepartment(id: string): void {
  chosen.value = id
  localStorage.setItem(departmentKey, id)
}

export function wasSignedIn(): boolean {
  return localStorage.getItem(signedKey) !== null
}

function enter(who: Me): void {
  localStorage.setItem(signedKey, '1')
  chosen.value = localStorage.getItem(departmentKey) ?? undefined
  me.value = who
  phase.value = 'in'
}

async function remember(who: Me): Promise<void> {
  await sweep(who.staff.id)
  await keep('reads', { key: sessionKey, staffId: who.staff.id, at: Date.now(), body: who })
}

/**
 * The device's memory first, so that the last seen day opens at once and without network; then the server.
 */
export async function start(): Promise<void> {
  if (!wasSignedIn()) {
    phase.value = 'out'
    return
  }
  const known = await kept<Me>('reads', sessionKey, undefined)
  if (known) enter(known.body)
  try {
    const { data } = await request<Me>('GET', sessionKey, { ownUnauthenticated: true })
    enter(data)
    await remember(data)
  } catch (thrown) {
    const failure = asFailure(thrown)
    const ended = failure instanceof ApiError && failure.status === 401
    if (!known) phase.value = 'out'
    else if (ended) phase.value = 'expired'
  }
}

export async function signIn(email: string, password: string, sharedDevice: boolean): Promise<void> {
  const { data } = await request<Me>('POST', sessionKey, {
    body: { email, password, sharedDevice },
    ownUnauthenticated: true,
  })
  const other = me.value !== undefined && me.value.staff.id !== data.staff.id
  if (other) for (const forget of leaving) forget()
  if (sharedDevice) await wipe()
  setShared(sharedDevice)
  enter(data)
  await remember(data)
}

/** Leaves this device clean even when the server does not answer. Throws when the session may still live there. */
export async function signOut(): Promise<void> {
  try {
    await request<void>('DELETE', sessionKey, { ownUnauthenticated: true })
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (!(failure instanceof ApiError && failure.status === 401)) throw failure
  }
  await forgetAll()
}

export async function forgetAll(): Promise<void> {
  for (const forget of leaving) forget()
  await wipe()
  setShared(false)
  localStorage.removeItem(signedKey)
  me.value = undefined
  phase.value = 'out'
}

onUnauthenticated(() => {
  if (phase.value === 'in') phase.value = 'expired'
})

/** Writing: one deed has one key over all its tries, so that a lost answer never does it twice. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { type Answer, type Method, request } from './client'
import { asFailure, type Failure, isTemporary } from './error'
import { refreshTopics, written } from './read'
import type { Encounter } from './types'

export interface Command<B, T> {
  busy: boolean
  failure: Failure | undefined
  /** The answer, or undefined when it failed (then failure says why). */
  run: (body: B) => Promise<Answer<T> | undefined>
  forget: () => void
}

export function useCommand<B, T>(method: Method, path: string, etag?: string): Command<B, T> {
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  const deed = useRef<{ body: string; key: string } | undefined>(undefined)

  async function run(body: B): Promise<Answer<T> | undefined> {
    if (busy.value) return undefined
    const text = JSON.stringify(body) ?? ''
    if (deed.current?.body !== text) deed.current = { body: text, key: crypto.randomUUID() }
    busy.value = true
    failure.value = undefined
    try {
      const idempotencyKey = method === 'POST' ? deed.current.key : undefined
      const answer = await request<T>(method, path, { body, idempotencyKey, ifMatch: etag })
      deed.current = undefined
      return answer
    } catch (thrown) {
      failure.value = asFailure(thrown)
      if (!isTemporary(failure.value)) deed.current = undefined
      return undefined
    } finally {
      busy.value = false
    }
  }
  return {
    get busy() {
      return busy.value
    },
    get failure() {
      return failure.value
    },
    run,
    forget: () => {
      failure.value = undefined
    },
  }
}

export function encounterPath(id: string): string {
  return `/encounters/${id}`
}

/** A command on one encounter: its answer is the encounter as it is now, and every list hears of it. */
export function useEncounterCommand<B>(id: string, verb: string, method: Method = 'POST'): Command<B, Encounter> {
  const command = useCommand<B, Encounter>(method, `${encounterPath(id)}/${verb}`)
  return {
    get busy() {
      return command.busy
    },
    get failure() {
      return command.failure
    },
    forget: command.forget,
    async run(body: B) {
      const answer = await command.run(body)
      if (answer) {
        written(encounterPath(id), answer)
        refreshTopics([`department:${answer.data.departmentId}`, `history:${id}`, `note:${id}`])
      }
      return answer
    },
  }
}

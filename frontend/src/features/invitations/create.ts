import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso/router'
import { request } from '../../api/client'
import { useCommand } from '../../api/command'
import { asFailure, type Failure } from '../../api/error'

export const listHref = (id: string) => `/invitations/${id}`

interface Beginning {
  departmentId: string
  text?: string
  encounterIds?: string[]
}

/** A new list, and the way to it. */
export function useCreate(path = '/batches') {
  const { route } = useLocation()
  const command = useCommand<Beginning | { who: 'unanswered' | 'failed' }, { id: string }>('POST', path)
  return {
    get busy() {
      return command.busy
    },
    get failure() {
      return command.failure
    },
    async run(body: Beginning | { who: 'unanswered' | 'failed' }): Promise<boolean> {
      const answer = await command.run(body)
      if (answer) route(listHref(answer.data.id))
      return answer !== undefined
    },
  }
}

/**
 * A file on its way. It carries no key: its parts are marked anew with every try, so that the server could not know
 * it again; what a lost answer costs is a second draft.
 */
export function useUpload(departmentId: string) {
  const { route } = useLocation()
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  return {
    busy: busy.value,
    failure: failure.value,
    forget: () => {
      failure.value = undefined
    },
    async send(file: File): Promise<void> {
      if (busy.value) return
      busy.value = true
      failure.value = undefined
      const body = new FormData()
      body.set('departmentId', departmentId)
      body.set('file', file)
      try {
        route(listHref((await request<{ id: string }>('POST', '/batches', { body })).data.id))
      } catch (thrown) {
        failure.value = asFailure(thrown)
      } finally {
        busy.value = false
      }
    },
  }
}

import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import type { Failure } from '../../api/error'
import type { BatchHead, Defaults } from './types'

export interface DefaultsField {
  value: Defaults
  failure: Failure | undefined
  set: (part: Partial<Defaults>) => Promise<void>
}

/** What holds for all rows, saved with every choice. A list has one, in which no choice overwrites another: one that comes while another is on its way goes after it. */
export function useDefaults(head: BatchHead, onChanged: (head: BatchHead) => void): DefaultsField {
  const command = useCommand<{ defaults: Defaults }, BatchHead>('PATCH', `/batches/${head.id}`)
  const wanted = useSignal<Defaults | undefined>(undefined)
  return {
    value: wanted.value ?? head.defaults,
    failure: command.failure,
    async set(part) {
      const next = { ...(wanted.value ?? head.defaults), ...part }
      // A choice that was taken back is left out.
      wanted.value = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')) as unknown as Defaults
      if (command.busy) return
      let sent: Defaults | undefined
      while (wanted.value && sent !== wanted.value) {
        sent = wanted.value
        const answer = await command.run({ defaults: sent })
        if (!answer) break
        onChanged(answer.data)
      }
      wanted.value = undefined
    },
  }
}

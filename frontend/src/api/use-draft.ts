import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { dropDraft, loadDraft, saveDraft } from './drafts'

export interface DraftField<T> {
  value: T
  set: (value: T) => void
  /** After it was sent. */
  done: () => void
}

/** State of a form that survives a reload. What is typed before the old draft was found wins. */
export function useDraft<T>(name: string, initial: T): DraftField<T> {
  const value: Signal<T> = useSignal(initial)
  const touched = useRef(false)
  useEffect(() => {
    void loadDraft<T>(name).then((old) => {
      if (old !== undefined && !touched.current) value.value = old
    })
  }, [name, value])
  return {
    value: value.value,
    set(next: T) {
      touched.current = true
      value.value = next
      saveDraft(name, next)
    },
    done() {
      value.value = initial
      void dropDraft(name)
    },
  }
}

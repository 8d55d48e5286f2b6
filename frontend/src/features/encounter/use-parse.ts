import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { request } from '../../api/client'
import { asFailure, type Failure } from '../../api/error'
import type { ParsedInvitation } from '../../api/types'

const pause = 350

/** Reads the pasted text while it is there; an older answer never replaces a newer one. */
export function useParse(text: string, zone: string) {
  const parsed = useSignal<ParsedInvitation | undefined>(undefined)
  const failure = useSignal<Failure | undefined>(undefined)
  const busy = useSignal(false)
  useEffect(() => {
    failure.value = undefined
    if (!text.trim()) {
      parsed.value = undefined
      busy.value = false
      return
    }
    const abort = new AbortController()
    busy.value = true
    const timer = setTimeout(async () => {
      try {
        const body = { text, zone }
        parsed.value = (await request<ParsedInvitation>('POST', '/meetings/parse', { body, signal: abort.signal })).data
      } catch (thrown) {
        if (abort.signal.aborted) return
        parsed.value = undefined
        failure.value = asFailure(thrown)
      }
      busy.value = false
    }, pause)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [text, zone, parsed, failure, busy])
  return { parsed: parsed.value, failure: failure.value, busy: busy.value }
}

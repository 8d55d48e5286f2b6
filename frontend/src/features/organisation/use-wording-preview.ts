import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { request } from '../../api/client'
import { asFailure, type Failure } from '../../api/error'
import type { Wording, WordingPreview } from '../../api/types'
import { type Shown, shownBody, type Typed } from './wording'

const pause = 400

/** What the server makes of the words while they are typed; an older answer never replaces a newer one. */
export function useWordingPreview(base: string, wording: Wording, typed: Typed, of: Shown) {
  const shown = useSignal<WordingPreview | undefined>(undefined)
  const failure = useSignal<Failure | undefined>(undefined)
  const wanted = { ...shownBody(wording, typed, of), ...(of.encounterId && { encounterId: of.encounterId }) }
  const text = JSON.stringify(wanted)
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(
      async () => {
        try {
          const options = { body: JSON.parse(text) as unknown, signal: abort.signal }
          shown.value = (await request<WordingPreview>('POST', `${base}/preview`, options)).data
          failure.value = undefined
        } catch (thrown) {
          if (!abort.signal.aborted) failure.value = asFailure(thrown)
        }
      },
      shown.peek() ? pause : 0,
    )
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [base, text, shown, failure])
  return { shown: shown.value, failure: failure.value }
}

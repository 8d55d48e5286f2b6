import { signal } from '@preact/signals'

/** The time for what counts minutes on screen; moves every half minute. */
export const now = signal(Date.now())

setInterval(() => {
  now.value = Date.now()
}, 30_000)

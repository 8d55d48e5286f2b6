/** Server-sent events: what changed, so that the screens that show it ask again. */
import { effect } from '@preact/signals'
import { root } from './client'
import { refreshTopics } from './read'
import { phase } from './session'

interface Changed {
  encounterId: string
  departmentId: string
  kind: string
}

/** Several changes within this time are one refresh. */
const gather = 120
const backOff = { first: 2_000, last: 60_000 }

let source: EventSource | undefined
let wait = backOff.first
let retry: ReturnType<typeof setTimeout> | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const pending = new Set<string>()

function flush(): void {
  timer = undefined
  refreshTopics([...pending])
  pending.clear()
}

export function onChanged(event: { data: string }): void {
  const changed = JSON.parse(event.data) as Changed
  pending.add(`department:${changed.departmentId}`)
  pending.add(`encounter:${changed.encounterId}`)
  pending.add(`history:${changed.encounterId}`)
  if (timer === undefined) timer = setTimeout(flush, gather)
}

function connect(): void {
  close()
  let opened = false
  source = new EventSource(`${root}/events`)
  source.addEventListener('encounter', onChanged)
  source.onopen = () => {
    wait = backOff.first
    // What happened while we were not listening was not heard.
    if (opened) refreshTopics()
    opened = true
  }
  source.onerror = () => {
    // A refused connection is not tried again by the browser.
    if (source?.readyState !== EventSource.CLOSED) return
    retry = setTimeout(() => {
      connect()
      refreshTopics()
    }, wait)
    wait = Math.min(wait * 2, backOff.last)
  }
}

function close(): void {
  clearTimeout(retry)
  source?.close()
  source = undefined
}

/** Listens while somebody is signed in and the screen is looked at. */
export function listen(): void {
  effect(() => {
    if (phase.value === 'in') connect()
    else close()
  })
  addEventListener('online', () => refreshTopics())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && phase.value === 'in') refreshTopics()
  })
}

/** How the messages of a consultation are laid out: pure. */
import type { MessageTimeline, MessageWord } from '../../api/types'

/** What leaves within this time is not called planned. */
const soon = 60_000
/** So many stay open when there are more. */
export const shownAtOnce = 5

export interface Arranged {
  /** Waiting for their day, the next first. */
  planned: MessageTimeline[]
  recent: MessageTimeline[]
  /** Beyond what is shown at once, and what was taken back unsent. */
  older: MessageTimeline[]
}

/** What waits for its day; what waits for another try has a code, and is in the queue like any other. */
export function isPlanned(message: { status: string; notBefore: string; code?: string }, now: number): boolean {
  return message.status === 'queued' && !message.code && Date.parse(message.notBefore) > now + soon
}

/** Newest first, as the server gives them; what has still to leave on another day apart. */
export function arrange(messages: readonly MessageTimeline[], now: number): Arranged {
  const planned = messages
    .filter((m) => isPlanned(m, now))
    .sort((a, b) => Date.parse(a.notBefore) - Date.parse(b.notBefore))
  const rest = messages.filter((m) => !isPlanned(m, now))
  const told = rest.filter((m) => m.status !== 'cancelled')
  const recent = told.slice(0, shownAtOnce)
  return { planned, recent, older: rest.filter((m) => !recent.includes(m)) }
}

/** The tone of a word; what was taken back on purpose is no failure. */
export function toneOf(word: MessageWord, status: string): '' | 'ok' | 'bad' {
  if (word === 'remis' || word === 'lu') return 'ok'
  return word === 'non remis' && status !== 'cancelled' ? 'bad' : ''
}

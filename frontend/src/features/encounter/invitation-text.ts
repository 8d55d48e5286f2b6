/** A pasted invitation against its encounter: what must be declared and what a person must settle. Pure. */
import type { Encounter, ParsedInvitation, Violation } from '../../api/types'
import { dayOf, showDate, timeOf } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { words } from '../../i18n/words'
import fr from './link-texts.fr'

export const linkTexts = table(fr, () => import('./link-texts.en'))

export interface ToSettle {
  code: string
  message: string
}

/** Findings of severity error that keep the link: a person, and only a person, can know better. */
const settleable = new Set(['id_mismatch', 'recurring'])

function differences(parsed: ParsedInvitation, encounter: Encounter, zone: string): ToSettle[] {
  const t = linkTexts().differs
  const w = words()
  const found: ToSettle[] = []
  if (parsed.startsAt) {
    const theirs = dayOf(parsed.startsAt, zone)
    const ours = dayOf(encounter.plannedStart, zone)
    if (theirs !== ours) found.push({ code: 'date_differs', message: t.date_differs(showDate(theirs), showDate(ours)) })
    const theirTime = timeOf(parsed.startsAt, zone)
    const ourTime = timeOf(encounter.plannedStart, zone)
    if (theirTime !== ourTime) found.push({ code: 'time_differs', message: t.time_differs(theirTime, ourTime) })
  }
  if (parsed.tool && parsed.tool !== encounter.tool)
    found.push({ code: 'tool_differs', message: t.tool_differs(w.tool[parsed.tool], w.tool[encounter.tool]) })
  return found
}

/** What must be ticked before the link can be recorded: seen here, or said by the server. */
export function toSettle(
  parsed: ParsedInvitation,
  encounter: Encounter,
  zone: string,
  said: readonly Violation[],
): ToSettle[] {
  const found: ToSettle[] = parsed.findings.filter((f) => f.severity === 'error' && settleable.has(f.code))
  const all = [...found, ...differences(parsed, encounter, zone)]
  for (const v of said) if (!all.some((one) => one.code === v.code)) all.push({ code: v.code, message: v.message })
  return all.map(({ code, message }) => ({ code, message }))
}

/** Remarks that need no decision, the serious first. */
export function remarks(parsed: ParsedInvitation) {
  const rest = parsed.findings.filter((f) => !(f.severity === 'error' && settleable.has(f.code)))
  return [...rest.filter((f) => f.severity === 'error'), ...rest.filter((f) => f.severity !== 'error')]
}

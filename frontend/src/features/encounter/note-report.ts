import type { IdentityCheck, NoteDraft } from '../../api/types'

/** What the practitioner adds to the facts. */
export interface Report {
  findings: string
  conclusion: string
  followUp: string
  participants: string
  reportFollows: boolean
  identityCheck: IdentityCheck | ''
}

export const texts = ['findings', 'conclusion', 'followUp', 'participants'] as const

/** The report in the server's draft, or an empty one. */
export function reportOf(draft?: NoteDraft): Report {
  return {
    findings: draft?.findings ?? '',
    conclusion: draft?.conclusion ?? '',
    followUp: draft?.followUp ?? '',
    participants: draft?.participants ?? '',
    reportFollows: draft?.reportFollows ?? false,
    identityCheck: draft?.identityCheck ?? '',
  }
}

function joined(mine: string, theirs: string): string {
  if (mine.includes(theirs.trim())) return mine
  if (theirs.includes(mine.trim())) return theirs
  return `${theirs.trimEnd()}\n\n${mine.trimStart()}`
}

/** Two reports as one in which no word of either is missing. */
export function both(mine: Report, theirs: Report): Report {
  const all: Report = {
    ...mine,
    reportFollows: mine.reportFollows || theirs.reportFollows,
    identityCheck: mine.identityCheck || theirs.identityCheck,
  }
  for (const text of texts) all[text] = joined(mine[text], theirs[text])
  return all
}

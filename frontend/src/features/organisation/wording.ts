/** Words of a department as they are typed: pure. */
import type { Language, Wording } from '../../api/types'

export interface Typed {
  subject: string
  body: string
  /** The version that was on screen when the typing began. */
  version: number
}

/** What an example can be besides a new video appointment of an adult. */
export type Case = 'telephone' | 'moved' | 'representative'

const marked: Readonly<Record<Case, string>> = {
  telephone: 'téléphone',
  moved: 'déplacé',
  representative: 'représentant',
}

/** The cases that a text can tell apart. */
export function casesOf(wording: Pick<Wording, 'marks'>): Case[] {
  const all = Object.keys(marked) as Case[]
  return all.filter((one) => wording.marks.some((mark) => mark.name === marked[one]))
}

export type Cause = '' | 'patient' | 'refused'

/** Whose message is looked at: a consultation of today, or an example in one of its cases. */
export interface Shown {
  encounterId: string
  cases: readonly Case[]
  /** Of a cancellation; '' is the hospital. */
  cause: Cause
}

/** The words with what they are shown for, as the server takes both. */
export function shownBody(wording: Wording, typed: Typed, shown: Shown) {
  const { template, channel, language } = wording
  const { subject, body } = typed
  const cases = Object.fromEntries(shown.cases.map((one) => [one, true])) as Partial<Record<Case, true>>
  return { template, channel, language, subject, body, ...cases, ...(shown.cause && { cause: shown.cause }) }
}

export interface Insertion {
  text: string
  /** Where typing goes on. */
  caret: number
}

/** Puts a placeholder where the cursor is, in place of what is selected. */
export function insertAt(text: string, start: number, end: number, token: string): Insertion {
  return { text: text.slice(0, start) + token + text.slice(end), caret: start + token.length }
}

/** Puts a condition before the line of the cursor, beside one that is already there. */
export function markLine(text: string, caret: number, mark: string): Insertion {
  const begin = text.lastIndexOf('\n', caret - 1) + 1
  const line = text.slice(begin)
  const present = /^\[([^\]\n]*)\]/.exec(line)
  if (!present) {
    const token = `[${mark}] `
    return { text: text.slice(0, begin) + token + line, caret: caret + token.length }
  }
  const names = (present[1] ?? '').split(',').map((name) => name.trim())
  if (names.includes(mark)) return { text, caret }
  const token = `[${[...names.filter(Boolean), mark].join(', ')}]`
  const grown = token.length - present[0].length
  return { text: text.slice(0, begin) + token + line.slice(present[0].length), caret: caret + grown }
}

export interface Group {
  template: Wording['template']
  title: string
  wordings: Wording[]
}

/**
 * The texts of one language, the channels of a template together, in the server's order. That a prescription is ready
 * is not said by a message yet, so nobody is asked to write its words.
 */
export function grouped(items: readonly Wording[], language: Language): Group[] {
  const groups: Group[] = []
  for (const item of items.filter((one) => one.language === language && one.template !== 'prescription-notice')) {
    const group = groups.find((g) => g.template === item.template)
    if (group) group.wordings.push(item)
    else groups.push({ template: item.template, title: item.title, wordings: [item] })
  }
  return groups
}

/** The key of one text among those of a department, and of what is typed for it. */
export function wordingKey({
  template,
  channel,
  language,
}: Pick<Wording, 'template' | 'channel' | 'language'>): string {
  return `${template}/${channel}/${language}`
}

/** Whether the typed words differ from those that stand. */
export function isChanged(typed: Typed, standing: Pick<Wording, 'subject' | 'body'>): boolean {
  return typed.subject !== standing.subject || typed.body !== standing.body
}

import { describe, expect, it } from 'vitest'
import type { Wording } from '../../api/types'
import { casesOf, grouped, insertAt, isChanged, markLine } from './wording'

describe('a placeholder', () => {
  it.each([
    ['Le  à', 3, 3, 'Le {date} à', 9],
    ['', 0, 0, '{date}', 6],
    ['Le jour dit', 3, 7, 'Le {date} dit', 9],
  ])('%j at %d–%d', (text, start, end, made, caret) => {
    expect(insertAt(text, start, end, '{date}')).toEqual({ text: made, caret })
  })
})

describe('a condition', () => {
  it.each([
    ['une\ndeux', 6, 'une\n[vidéo] deux', 14],
    ['une\ndeux', 0, '[vidéo] une\ndeux', 8],
    ['[nouveau] une', 12, '[nouveau, vidéo] une', 19],
    ['[vidéo] une', 10, '[vidéo] une', 10],
    ['', 0, '[vidéo] ', 8],
  ])('%j at %d', (text, caret, made, after) => {
    expect(markLine(text, caret, 'vidéo')).toEqual({ text: made, caret: after })
  })
})

const one = (change: Partial<Wording>): Wording => ({
  template: 'notice',
  channel: 'email',
  language: 'fr',
  title: 'Information',
  version: 0,
  own: true,
  subject: 'Objet',
  body: 'Texte',
  placeholders: [],
  marks: [],
  problems: [],
  ...change,
})

describe('the list of texts', () => {
  it('puts the channels of a template together, in one language', () => {
    const items = [
      one({}),
      one({ channel: 'sms' }),
      one({ language: 'en' }),
      one({ template: 'reminder', title: 'Rappel' }),
    ]
    expect(grouped(items, 'fr').map((g) => [g.title, g.wordings.map((w) => w.channel)])).toEqual([
      ['Information', ['email', 'sms']],
      ['Rappel', ['email']],
    ])
  })

  it('knows what is not saved', () => {
    expect(isChanged({ subject: 'Objet', body: 'Texte', version: 3 }, one({}))).toBe(false)
    expect(isChanged({ subject: 'Objet', body: 'Texte.', version: 0 }, one({}))).toBe(true)
  })
})

describe('the cases that can be looked at', () => {
  it('are those that the text tells apart', () => {
    const marks = ['vidéo', 'téléphone', 'représentant', 'patient'].map((name) => ({ name, label: name }))
    expect(casesOf(one({ marks }))).toEqual(['telephone', 'representative'])
    expect(casesOf(one({ template: 'cancellation', marks: [] }))).toEqual([])
  })
})

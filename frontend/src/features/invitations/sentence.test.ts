import { afterEach, describe, expect, it, vi } from 'vitest'
import { setLanguage } from '../../i18n/language'
import { changes, sentence } from './sentence'
import { summary } from './test-rows'
import { texts } from './texts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const all = summary({ people: 38, emails: 38, sms: 12, segments: 14, cents: 84, leftOut: 2, errors: 3 })
const one = summary({ people: 1, emails: 1, sms: 1, segments: 1, cents: 7, leftOut: 1, errors: 1 })

afterEach(() => setLanguage('fr'))

async function english(): Promise<void> {
  setLanguage('en')
  await vi.waitFor(() => expect(texts().list).toBe('List'))
}

describe('the sentence', () => {
  it('says in French what sending would do', () => {
    expect(plain(sentence(all))).toBe(
      '38 personnes, 38 e-mails, 12 SMS (14 parties), 0,84 €, 2 lignes laissées de côté, 3 lignes à corriger qui ne partiront pas',
    )
    expect(plain(sentence(one))).toBe(
      '1 personne, 1 e-mail, 1 SMS, 0,07 €, 1 ligne laissée de côté, 1 ligne à corriger qui ne partira pas',
    )
  })

  it('says it in English', async () => {
    await english()
    expect(sentence(all)).toBe(
      '38 people, 38 e-mails, 12 text messages (14 parts), €0.84, 2 lines left out, 3 lines to correct that will not be sent',
    )
    expect(sentence(one)).toBe(
      '1 person, 1 e-mail, 1 text message, €0.07, 1 line left out, 1 line to correct that will not be sent',
    )
  })

  it('leaves out what there is none of', () => {
    expect(sentence(summary({ people: 2, emails: 2 }))).toBe('2 personnes, 2 e-mails')
    expect(sentence(summary())).toBe('personne')
    expect(sentence(summary({ people: 1, sms: 1, segments: 3 }))).toBe('1 personne, 1 SMS (3 parties)')
  })

  it('rounds parts of a cent up, and nothing else', () => {
    expect(plain(sentence(summary({ people: 1, cents: 7.5 })))).toBe('1 personne, 0,08 €')
    expect(plain(sentence(summary({ people: 1, cents: 84.00000000001 })))).toBe('1 personne, 0,84 €')
  })
})

describe('what changed since', () => {
  it('is said with what stood there before', () => {
    const now = { ...all, people: 37, emails: 37, cents: 70, errors: 4 }
    expect(changes(all, now).map(plain)).toEqual([
      '37 personnes (avant : 38)',
      '37 e-mails (avant : 38)',
      '0,70 € (avant : 0,84 €)',
      '4 lignes à corriger qui ne partiront pas (avant : 3)',
    ])
  })

  it('is nothing when the numbers are the same', () => {
    expect(changes(all, all)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { MessageTimeline } from '../../api/types'
import { money } from '../../i18n/money'
import { encounter } from '../../test-data'
import { arrange, shownAtOnce, toneOf } from './message-list'
import { channelsOf } from './message-story'
import { delayCounts } from './next'

const now = Date.parse('2026-05-10T12:00:00Z')

function message(id: string, change: Partial<MessageTimeline> = {}): MessageTimeline {
  return {
    id,
    purpose: 'notice',
    channel: 'email',
    to: 'z•••@exemple.test',
    language: 'fr',
    status: 'delivered',
    word: 'remis',
    at: '2026-05-10T10:00:00Z',
    queuedAt: '2026-05-10T10:00:00Z',
    notBefore: '2026-05-10T10:00:00Z',
    expiresAt: '2026-05-12T12:30:00Z',
    costEstimated: false,
    canWithdraw: false,
    canResend: true,
    steps: [],
    ...change,
  }
}

const ids = (messages: readonly MessageTimeline[]) => messages.map((m) => m.id)

describe('the messages of a consultation', () => {
  it('puts what waits for its day first, the next before the others', () => {
    const waits = { status: 'queued', word: 'en file' } as const
    const all = [
      message('later', { ...waits, notBefore: '2026-05-12T10:30:00Z' }),
      message('next', { ...waits, notBefore: '2026-05-11T12:30:00Z' }),
      message('at once', { ...waits, notBefore: '2026-05-10T12:00:30Z' }),
      message('tried', { ...waits, notBefore: '2026-05-10T12:20:00Z', code: '451' }),
      message('told'),
    ]
    const { planned, recent, older } = arrange(all, now)
    expect([ids(planned), ids(recent), ids(older)]).toEqual([['next', 'later'], ['at once', 'tried', 'told'], []])
  })

  it('folds what is old and what was taken back', () => {
    const all = [
      message('withdrawn', { status: 'cancelled', word: 'non remis' }),
      ...Array.from({ length: shownAtOnce + 2 }, (_, i) => message(String(i))),
    ]
    const { recent, older } = arrange(all, now)
    expect(ids(recent)).toEqual(['0', '1', '2', '3', '4'])
    expect(ids(older)).toEqual(['withdrawn', '5', '6'])
  })

  it.each([
    ['en file', 'queued', ''],
    ['envoyé', 'accepted', ''],
    ['remis', 'delivered', 'ok'],
    ['lu', 'delivered', 'ok'],
    ['non remis', 'undelivered', 'bad'],
    ['non remis', 'expired', 'bad'],
    ['non remis', 'cancelled', ''],
  ] as const)('%s (%s) has the tone %j', (word, status, tone) => {
    expect(toneOf(word, status)).toBe(tone)
  })

  it('writes parts of a cent where there are some', () => {
    expect(money(14, 'fr-FR').replace(/\s/g, ' ')).toBe('0,14 €')
    expect(money(7.5, 'fr-FR').replace(/\s/g, ' ')).toBe('0,075 €')
  })
})

describe('the channels of a patient', () => {
  it('are those of the representative where there is one', () => {
    expect(channelsOf(encounter())).toEqual(['email'])
    const representative = { name: 'Max Durand', relationship: 'parent', email: '', mobile: '+33612345678' } as const
    const minor = encounter({ patient: { ...encounter().patient, protection: 'minor', representative } })
    expect(channelsOf(minor)).toEqual(['sms'])
  })
})

describe('a delay', () => {
  const start = Date.parse('2026-05-12T12:30:00Z')

  it('is announced around the planned hour, to somebody who has not been let in', () => {
    expect(delayCounts(encounter(), start + 59 * 60_000)).toBe(true)
    expect(delayCounts(encounter({ status: 'arrived' }), start - 30 * 60_000)).toBe(true)
    expect(delayCounts(encounter(), start - 61 * 60_000)).toBe(false)
    expect(delayCounts(encounter({ status: 'in-progress' }), start)).toBe(false)
  })
})

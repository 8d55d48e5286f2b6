import { fireEvent, render, screen } from '@testing-library/preact'
import { beforeEach, expect, it, vi } from 'vitest'
import { me } from '../../api/session'
import type { MessageTimeline } from '../../api/types'
import { answers, department, encounter, json, me as somebody } from '../../test-data'
import { MessageStory } from './message-story'

const as = (...permissions: string[]) => {
  me.value = { ...somebody, departments: [{ ...department, permissions }] }
}

beforeEach(() => as('message.send'))

const message: MessageTimeline = {
  id: 'm1',
  purpose: 'reminder',
  channel: 'sms',
  to: '•• •• •• 12 34',
  language: 'fr',
  status: 'undelivered',
  word: 'non remis',
  at: '2026-05-10T10:00:00Z',
  queuedAt: '2026-05-10T10:00:00Z',
  notBefore: '2026-05-10T10:00:00Z',
  expiresAt: '2026-05-12T12:30:00Z',
  segments: 2,
  costCents: 14,
  costEstimated: true,
  canWithdraw: false,
  canResend: false,
  steps: [{ at: '2026-05-10T10:00:00Z', kind: 'undelivered', text: 'Refusé : le numéro n’est pas attribué (30005).' }],
}

function show(change: Partial<MessageTimeline>) {
  const mine = encounter({ patient: { ...encounter().patient, mobile: '+33612345678' } })
  render(<MessageStory message={{ ...message, ...change }} encounter={mine} zone="Europe/Paris" />)
}

it('tells what happened and what it cost', () => {
  show({})
  expect(screen.getByText('Refusé : le numéro n’est pas attribué (30005).')).toBeTruthy()
  expect(screen.getByText(/^2 SMS · environ 0,14/)).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
})

it('is sent again by the channel that is chosen', async () => {
  const { asked, fetch } = answers(json(encounter()))
  vi.stubGlobal('fetch', fetch)
  show({ canResend: true })
  fireEvent.click(screen.getByRole('button', { name: 'Renvoyer par e-mail' }))
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  expect([asked[0]?.url, asked[0]?.init.body]).toEqual([
    '/api/v1/encounters/e1/messages/m1/resend',
    '{"channel":"email"}',
  ])
})

it('is withdrawn while it waits, and says so when it was too late', async () => {
  const late = { type: 'about:blank', title: '', status: 409, code: 'too_late', detail: 'Ce message est déjà parti.' }
  vi.stubGlobal('fetch', answers(json(late, 409)).fetch)
  show({ status: 'queued', word: 'en file', canWithdraw: true })
  fireEvent.click(screen.getByRole('button', { name: 'Retirer' }))
  expect((await screen.findByRole('alert')).textContent).toContain('Ce message est déjà parti.')
})

it('is only looked at by somebody who sends no messages', () => {
  as('encounter.read')
  show({ canResend: true, canWithdraw: true })
  expect(screen.queryByRole('button')).toBeNull()
})

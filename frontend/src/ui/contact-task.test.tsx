import { fireEvent, render, screen } from '@testing-library/preact'
import { expect, it, vi } from 'vitest'
import type { ContactTask } from '../api/types'
import { answers, encounter, json } from '../test-data'
import { ContactTaskBody } from './contact-task'

const task: ContactTask = {
  purpose: 'notice',
  what: 'Cette adresse e-mail n’existe pas.',
  since: '2026-05-10T10:00:00Z',
  phone: '+33612345678',
  suggestion: 'zoe@gmail.com',
  channels: ['email', 'sms'],
}

function show(change: Partial<ContactTask> = {}, may = { mayCall: true, mayCorrect: true }) {
  return render(<ContactTaskBody encounterId="e1" task={{ ...task, ...change }} zone="Europe/Paris" {...may} />)
}

it('dials with one tap and says what happened before', () => {
  show({ lastCall: { at: '2026-05-10T11:00:00Z', outcome: 'voicemail' } })
  expect(screen.getByRole('link').getAttribute('href')).toBe('tel:+33612345678')
  expect(screen.getByText(/message laissé sur la messagerie/)).toBeTruthy()
})

it('notes a call with one tap, once however often the answer is lost', async () => {
  const { asked, fetch } = answers(new TypeError('offline'), json(encounter()))
  vi.stubGlobal('fetch', fetch)
  show()
  const button = screen.getByRole('button', { name: 'Pas de réponse' })
  fireEvent.click(button)
  await screen.findByRole('alert')
  fireEvent.click(button)
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(asked.map((a) => [a.url, a.init.body])).toEqual(
    Array(2).fill(['/api/v1/encounters/e1/called', '{"outcome":"no-answer"}']),
  )
  const [first, second] = asked.map((a) => new Headers(a.init.headers).get('Idempotency-Key'))
  expect(second).toBe(first)
})

it('writes down the address as it was meant and keeps the number', async () => {
  const { asked, fetch } = answers(json(encounter()))
  vi.stubGlobal('fetch', fetch)
  show()
  fireEvent.click(screen.getByRole('button', { name: 'Corriger et renvoyer' }))
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  expect([asked[0]?.init.method, asked[0]?.url]).toEqual(['PUT', '/api/v1/encounters/e1/contact'])
  expect(JSON.parse(String(asked[0]?.init.body))).toEqual({ email: 'zoe@gmail.com', mobile: '+33612345678' })
})

it('offers only what the person may do', () => {
  show({}, { mayCall: false, mayCorrect: false })
  expect(screen.queryByRole('button')).toBeNull()
})

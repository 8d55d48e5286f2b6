import { fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answers, json } from '../test-data'
import { ContactWarnings, useContactCheck, worthChecking } from './contact-check'
import { showPhone } from './contact-texts'

afterEach(() => vi.useRealTimers())

describe('what is worth checking', () => {
  it.each([
    ['rose@gmail.co', '', { email: 'rose@gmail.co' }],
    ['rose@gmail', '06 12', {}],
    [' rose@gmail.com ', '06 12 34 56 78', { email: 'rose@gmail.com', mobile: '06 12 34 56 78' }],
    ['', '', {}],
  ])('%j, %j', (email, mobile, found) => {
    expect(worthChecking({ email, mobile })).toEqual(found)
  })
})

describe('a number', () => {
  it.each([
    ['+33612345678', '06 12 34 56 78'],
    ['06.12.34.56.78', '06 12 34 56 78'],
    ['+4915112345678', '+4915112345678'],
  ])('%s is read as %s', (phone, shown) => {
    expect(showPhone(phone).replaceAll('\u00a0', ' ')).toBe(shown)
  })
})

function Form({ email, onUse }: { email: string; onUse: (field: string, value: string) => void }) {
  return <ContactWarnings warnings={useContactCheck('d1', { email, mobile: '' })} onUse={onUse} />
}

describe('a warning', () => {
  const typo = { field: 'email', code: 'typo', message: 'Adresse douteuse.', suggestion: 'rose@gmail.com' }

  it('comes while the address is typed, with the one that was probably meant', async () => {
    const { asked, fetch } = answers(json({ warnings: [typo] }))
    vi.stubGlobal('fetch', fetch)
    const used = vi.fn()
    render(<Form email="rose@gmail.co" onUse={used} />)
    expect(await screen.findByText('Adresse douteuse.', {}, { timeout: 3000 })).toBeTruthy()
    // In the body: proxies write addresses into their logs.
    expect(asked.map((a) => [a.url, a.init.body])).toEqual([
      ['/api/v1/contacts/check', JSON.stringify({ departmentId: 'd1', email: 'rose@gmail.co' })],
    ])
    fireEvent.click(screen.getByRole('button', { name: 'Écrire rose@gmail.com' }))
    expect(used).toHaveBeenCalledWith('email', 'rose@gmail.com')
  })

  it('goes when the address changes, and a failure says nothing', async () => {
    const { asked, fetch } = answers(json({ warnings: [typo] }), new TypeError('offline'))
    vi.stubGlobal('fetch', fetch)
    const { rerender } = render(<Form email="rose@gmail.co" onUse={() => {}} />)
    await screen.findByText('Adresse douteuse.', {}, { timeout: 3000 })
    rerender(<Form email="rose@gmail.con" onUse={() => {}} />)
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 3000 })
    expect(screen.queryByText('Adresse douteuse.')).toBeNull()
  })
})

import { act, fireEvent, render, screen, waitFor } from '@testing-library/preact'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetAll, me, phase } from '../../api/session'
import { answers, json, me as somebody } from '../../test-data'
import { LiveRegion } from '../../ui/announce'
import { createList } from './list'
import Rows from './rows'
import { tellAnswers } from './say'
import { head, problem, row, summary } from './test-rows'
import type { BatchRow } from './types'

let id = ''
let number = 0

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
  id = `c${++number}`
})

const wrong = row(6, {
  line: 7,
  values: { familyName: 'Durand', mobile: '06 12', email: 'zoe@hotmial.fr' },
  problems: [
    problem('email', { code: 'email_typo', acceptable: true, suggestion: 'zoe@hotmail.fr' }),
    problem('mobile', { message: 'Il manque des chiffres.' }),
  ],
})
const twin = row(9, { line: 12, problems: [problem('date', { message: 'La date manque.', line: 7 })] })

function show(rows: BatchRow[] = [wrong, twin, row(3)]) {
  const list = createList(id)
  list.take({ ...head({ id }), rows }, true)
  tellAnswers(list, () => {})
  render(
    <>
      <Rows list={list} name="mardi.xlsx" />
      <LiveRegion />
    </>,
  )
  return list
}

function serve(...rows: BatchRow[]) {
  const server = answers(
    json({ revision: 2, summary: summary(), rows }),
    json({ revision: 3, summary: summary(), rows }),
  )
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}
const box = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })

describe('a cell that is typed in', () => {
  it('stays under the finger when an answer finds it wrong', async () => {
    const one = row(6, { line: 7 })
    const list = show([one])
    await act(() => {
      const line = list.line(6)
      if (line) line.open.value = 'contact'
    })
    const mobile = box('Mobile, ligne 7')
    mobile.focus()
    fireEvent.input(mobile, { target: { value: '06 98' } })
    await act(() =>
      list.corrected({ revision: 2, summary: summary(), rows: [{ ...one, problems: [problem('mobile')] }] }),
    )
    expect(box('Mobile, ligne 7')).toBe(mobile)
    expect([mobile.value, document.activeElement]).toEqual(['06 98', mobile])
    expect(mobile.getAttribute('aria-invalid')).toBe('true')
  })

  it('is saved when the tablet is turned and the row is drawn anew', async () => {
    const asked = serve(wrong)
    const list = createList(id)
    list.take({ ...head({ id }), rows: [wrong] }, true)
    const { unmount } = render(<Rows list={list} name="mardi.xlsx" />)
    fireEvent.input(box('Mobile, ligne 7'), { target: { value: '06 12 34' } })
    unmount()
    await waitFor(() => expect(asked.map(({ init }) => init.body)).toEqual(['{"values":{"mobile":"06 12 34"}}']))
  })
})

describe('a wrong cell', () => {
  it('is open at once, with what is wrong beside it and the right keyboard', () => {
    show()
    const mobile = box('Mobile, ligne 7')
    expect([mobile.type, mobile.inputMode, mobile.getAttribute('aria-invalid')]).toEqual(['tel', 'tel', 'true'])
    const described = (mobile.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((one) => document.getElementById(one))
    expect(described.map((one) => one?.textContent ?? '').join('')).toContain('Il manque des chiffres.')
  })

  it('is saved with Enter, the focus goes to the next error, and the row stays where it is', async () => {
    const asked = serve({ ...wrong, values: { ...wrong.values, mobile: '+33612345678' }, problems: [] })
    const list = show()
    const mobile = box('Mobile, ligne 7')
    fireEvent.input(mobile, { target: { value: '06 12 34 56 78' } })
    fireEvent.keyDown(mobile, { key: 'Enter' })
    expect(document.activeElement).toBe(screen.getByLabelText('Date, ligne 12'))
    await waitFor(() => expect(asked.map(({ init }) => init.body)).toEqual(['{"values":{"mobile":"06 12 34 56 78"}}']))
    expect(await screen.findByText('Ligne 7 corrigée')).toBeTruthy()
    expect(list.shown.value.map((line) => line.id)).toEqual([6, 9, 3])
    expect(box('Mobile, ligne 7').value).toBe('06 12 34 56 78')
    expect(screen.getByText('corrigée')).toBeTruthy()
  })

  it('is taken back with Escape, and nothing is sent', () => {
    const asked = serve(wrong)
    show()
    const mobile = box('Mobile, ligne 7')
    fireEvent.input(mobile, { target: { value: '07' } })
    fireEvent.keyDown(mobile, { key: 'Escape' })
    expect(mobile.value).toBe('06 12')
    fireEvent.blur(mobile)
    expect(asked).toHaveLength(0)
  })

  it('is saved when it is left, and only when it changed', async () => {
    const asked = serve(wrong)
    show()
    fireEvent.blur(box('Mobile, ligne 7'))
    expect(asked).toHaveLength(0)
    fireEvent.input(box('Mobile, ligne 7'), { target: { value: '06 12 34' } })
    fireEvent.blur(box('Mobile, ligne 7'))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(await screen.findByText('Ligne 7 : Il manque des chiffres.')).toBeTruthy()
  })

  it('is mended with one tap, and the focus stays in the row', async () => {
    const asked = serve({ ...wrong, problems: [] })
    show()
    fireEvent.click(screen.getByRole('button', { name: 'Écrire zoe@hotmail.fr, ligne 7' }))
    expect(document.activeElement?.id).toBe('l6')
    expect(box('E-mail, ligne 7').value).toBe('zoe@hotmail.fr')
    await waitFor(() => expect(asked[0]?.init.body).toBe('{"values":{"email":"zoe@hotmail.fr"}}'))
  })

  it('may be meant as it is, and that may be taken back', async () => {
    const asked = serve({
      ...wrong,
      accepted: ['email_typo'],
      problems: [problem('email', { code: 'email_typo', severity: 'warning' })],
    })
    show()
    fireEvent.click(screen.getByRole('button', { name: 'C’est voulu, ligne 7' }))
    await waitFor(() => expect(asked[0]?.init.body).toBe('{"accepted":["email_typo"]}'))
    fireEvent.click(await screen.findByRole('button', { name: 'Ce n’est pas voulu, ligne 7' }))
    await waitFor(() => expect(asked[1]?.init.body).toBe('{"accepted":[]}'))
  })
})

describe('a cell that is right', () => {
  it('is opened by a touch or F2, and closed again with Escape', async () => {
    show([row(3)])
    const cell = screen.getByRole('button', { name: /zoe@exemple.test.*Modifier, ligne 4/, expanded: false })
    fireEvent.keyDown(cell, { key: 'F2' })
    const email = await screen.findByRole('textbox', { name: 'E-mail, ligne 4' })
    await waitFor(() => expect(document.activeElement).toBe(email))
    fireEvent.keyDown(email, { key: 'Escape' })
    expect(document.activeElement).toBe(cell)
    await waitFor(() => expect(screen.queryByRole('textbox', { name: 'E-mail, ligne 4' })).toBeNull())
  })
})

describe('a row', () => {
  it('leads to the other line that it is about', () => {
    show()
    fireEvent.click(screen.getByRole('button', { name: 'Voir la ligne 7' }))
    expect(document.activeElement?.id).toBe('l6')
  })

  it('is left out and put back with the same button', async () => {
    const asked = serve({ ...wrong, leftOut: true })
    show()
    fireEvent.click(screen.getByRole('button', { name: 'Laisser de côté, ligne 7' }))
    await waitFor(() => expect(asked[0]?.init.body).toBe('{"leftOut":true}'))
    expect(screen.getByRole('button', { name: 'Remettre, ligne 7' })).toBeTruthy()
    expect(screen.queryByRole('textbox', { name: 'Mobile, ligne 7' })).toBeNull()
  })

  it('stays among those to be corrected once it is, until these are chosen anew', async () => {
    serve({ ...wrong, problems: [] })
    const list = show()
    await act(() => list.choose('errors'))
    fireEvent.click(screen.getByRole('button', { name: 'Écrire zoe@hotmail.fr, ligne 7' }))
    await screen.findByText('Ligne 7 corrigée')
    expect(list.shown.value.map((line) => line.id)).toEqual([6, 9])
    await act(() => list.choose('errors'))
    expect(list.shown.value.map((line) => line.id)).toEqual([9])
  })
})

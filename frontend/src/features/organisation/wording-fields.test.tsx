import { fireEvent, render, screen } from '@testing-library/preact'
import { useState } from 'preact/hooks'
import { expect, it } from 'vitest'
import type { Violation, Wording } from '../../api/types'
import type { Typed } from './wording'
import { WordingFields } from './wording-fields'

const wording: Wording = {
  template: 'notice',
  channel: 'email',
  language: 'fr',
  title: 'Information',
  version: 0,
  own: true,
  subject: 'Rendez-vous',
  body: 'Le  à\nmidi',
  placeholders: [{ name: 'date', label: 'La date', example: '12 mai', required: true }],
  marks: [{ name: 'vidéo', label: 'Seulement pour un rendez-vous vidéo' }],
  problems: [],
}

function Form({ problems = [] }: { problems?: Violation[] }) {
  const [typed, set] = useState<Typed>({ subject: wording.subject, body: wording.body, version: 0 })
  const props = { wording, typed, problems, onType: (part: Partial<Typed>) => set({ ...typed, ...part }) }
  return <WordingFields {...props} />
}

const box = (name: string) => screen.getByLabelText<HTMLInputElement | HTMLTextAreaElement>(name)

it('puts a placeholder where the cursor is, and typing goes on behind it', () => {
  render(<Form />)
  fireEvent.focus(box('Texte'))
  box('Texte').setSelectionRange(3, 3)
  fireEvent.click(screen.getByRole('button', { name: /\{date\}/ }))
  expect(box('Texte').value).toBe('Le {date} à\nmidi')
  expect(box('Texte').selectionStart).toBe(9)
})

it('puts it into the subject when that was typed in last', () => {
  render(<Form />)
  fireEvent.focus(box('Objet'))
  box('Objet').setSelectionRange(0, 0)
  fireEvent.click(screen.getByRole('button', { name: /\{date\}/ }))
  expect(box('Objet').value).toBe('{date}Rendez-vous')
})

it('puts a condition before the line of the cursor', () => {
  render(<Form />)
  box('Texte').setSelectionRange(8, 8)
  fireEvent.click(screen.getByRole('button', { name: /\[vidéo\]/ }))
  expect(box('Texte').value).toBe('Le  à\n[vidéo] midi')
})

it('says what is wrong at the field', () => {
  render(<Form problems={[{ field: 'body', code: 'empty', message: 'Le texte est vide.' }]} />)
  expect(box('Texte').getAttribute('aria-invalid')).toBe('true')
  expect(screen.getByText('Le texte est vide.')).toBeTruthy()
  expect(box('Objet').getAttribute('aria-invalid')).toBeNull()
})

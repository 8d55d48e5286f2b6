import { fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { online } from '../../api/read'
import { forgetAll, me, phase } from '../../api/session'
import { setShared } from '../../api/store'
import type { Encounter, Note, NoteDraft } from '../../api/types'
import { answers, encounter, json, me as somebody } from '../../test-data'
import { editorOf } from './note-editor'
import { NoteFields } from './note-fields'

const draft: NoteDraft = {
  findings: '',
  conclusion: '',
  followUp: '',
  participants: '',
  reportFollows: false,
  revision: 1,
}
const note = (change: Partial<NoteDraft> = {}): Note => ({
  text: '',
  number: 1,
  version: 'v',
  draft: { ...draft, ...change },
  versions: [],
  closing: { missing: [] },
  keptDays: 90,
})
let number = 0

async function show(shown: Note, change: Partial<Encounter> = {}) {
  const editor = editorOf(`f${++number}`)
  await vi.waitFor(() => expect(editor.ready.value).toBe(true))
  render(<NoteFields editor={editor} encounter={encounter(change)} note={shown} zone="Europe/Paris" />)
  return editor
}

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
  await new Promise((resolve) => setTimeout(resolve, 1))
})
afterEach(() => {
  online.value = true
  setShared(false)
})

it('says when the text was deleted, and that the evidence stays', async () => {
  await show(note({ erasedAt: '2026-08-10T12:00:00Z' }))
  expect(screen.getByText(/supprimé le 10\/08\/2026, 90 jours après son versement. La preuve reste/)).toBeTruthy()
})

it.each([
  [false, 'gardés sur cet appareil'],
  [true, 'gardez cet onglet ouvert'],
])('says aloud that words wait, and where they are kept (shared: %s)', async (shared, words) => {
  setShared(shared)
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('offline')
  })
  const editor = await show(note())
  expect(screen.getByText('Enregistré')).toBeTruthy()
  fireEvent.input(screen.getByLabelText('Constatations'), { target: { value: 'Toux' } })
  await editor.send()
  expect((await screen.findByRole('status')).textContent).toContain(words)
})

it('shows no document to the camera of a telephone', async () => {
  await show(note(), { modality: 'telephone', tool: 'telephone' })
  expect(screen.getByText('Patient déjà connu')).toBeTruthy()
  expect(screen.queryByText(/montrée à la caméra/)).toBeNull()
})

it('shows the other text before anything is overwritten', async () => {
  const theirs = note({ findings: 'Vu au téléphone', revision: 5 })
  const { asked, fetch } = answers(
    json({ code: 'note_written_elsewhere', detail: 'Ailleurs.' }, 409),
    json(theirs),
    json(note({ findings: 'Vu ici', revision: 6 })),
  )
  vi.stubGlobal('fetch', fetch)
  const editor = await show(note())
  fireEvent.input(screen.getByLabelText('Constatations'), { target: { value: 'Vu ici' } })
  await editor.send()
  expect((await screen.findByRole('alert')).textContent).toContain('Vu au téléphone')
  fireEvent.click(screen.getByRole('button', { name: 'Garder le mien' }))
  await vi.waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  await vi.waitFor(() => expect(editor.unsent.value).toBe(false))
  expect(editor.report.value.findings).toBe('Vu ici')
  expect(JSON.parse(String(asked.at(-1)?.init.body))).toMatchObject({ findings: 'Vu ici', revision: 5 })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { saveDraftNow } from '../../api/drafts'
import { forgetAll, me, phase } from '../../api/session'
import { hasDrafts, kept } from '../../api/store'
import type { NoteDraft } from '../../api/types'
import { json, me as somebody } from '../../test-data'
import { draftName, editorOf } from './note-editor'
import { both, type Report, reportOf } from './note-report'

let id = ''
let number = 0
const blank: NoteDraft = {
  findings: '',
  conclusion: '',
  followUp: '',
  participants: '',
  reportFollows: false,
  revision: 0,
}

/** A server that keeps one report as the real one does. */
function server(start: NoteDraft = blank) {
  const state = { draft: { ...start }, writer: '', away: false, lost: 0, asked: [] as Record<string, unknown>[] }
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    if (state.away) throw new TypeError('offline')
    if (init.method !== 'PUT') return json({ draft: state.draft, versions: [] })
    const body = JSON.parse(String(init.body)) as Report & { revision: number; writer: string }
    state.asked.push({ ...body })
    if (body.revision < state.draft.revision && body.writer !== state.writer)
      return json({ code: 'note_written_elsewhere', detail: 'Ailleurs.' }, 409)
    const { revision, writer, identityCheck, ...rest } = body
    const next = { ...rest, findings: rest.findings.trim(), revision: Math.max(revision, state.draft.revision) + 1 }
    state.draft = identityCheck ? { ...next, identityCheck } : next
    state.writer = writer
    if (state.lost-- > 0) throw new TypeError('the answer is lost')
    return json({ draft: state.draft, versions: [] })
  })
  return state
}

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
  await new Promise((resolve) => setTimeout(resolve, 1)) // signing in sends what waits
  id = `e${++number}`
})
afterEach(() => {
  vi.useRealTimers()
})

const stored = async () => (await kept<{ report: Report }>('drafts', draftName(id), 's1'))?.body.report.findings

describe('what is typed into a report', () => {
  it('is on the device at once and on the server after a pause, once for many letters', async () => {
    const at = server()
    const editor = editorOf(id)
    for (const text of ['a', 'ab', 'abc']) editor.change({ findings: text })
    await vi.waitFor(async () => expect(await stored()).toBe('abc'))
    expect(at.asked).toEqual([])
    expect(editor.unsent.value).toBe(true)
    await vi.waitFor(() => expect(editor.unsent.value).toBe(false), { timeout: 3000 })
    expect(at.asked.map((body) => body.findings)).toEqual(['abc'])
    await vi.waitFor(async () => expect(await stored()).toBeUndefined())
    expect(await hasDrafts('s1')).toBe(false)
  })

  it('is found again after a crash, and goes on as the same editor', async () => {
    const at = server({ ...blank, findings: 'abc', revision: 4 })
    at.writer = 'w1'
    const report = { ...reportOf(), findings: 'abcd' }
    await saveDraftNow(draftName(id), { report, revision: 3, writer: 'w1' })
    const editor = editorOf(id)
    await vi.waitFor(() => expect(editor.ready.value).toBe(true))
    expect(editor.report.value.findings).toBe('abcd')
    editor.adopt({ ...blank, findings: 'abc', revision: 4 })
    expect(editor.report.value.findings).toBe('abcd')
    await vi.waitFor(() => expect(at.draft.findings).toBe('abcd'))
  })

  it('waits without network and goes when it is back', async () => {
    const at = server()
    at.away = true
    const editor = editorOf(id)
    editor.change({ findings: 'hors ligne' })
    expect(await editor.send()).toBe(false)
    expect(await stored()).toBe('hors ligne')
    at.away = false
    dispatchEvent(new Event('online'))
    await vi.waitFor(() => expect(at.draft.findings).toBe('hors ligne'))
  })

  it('is no conflict with itself when an answer is lost', async () => {
    const at = server()
    at.lost = 1
    const editor = editorOf(id)
    editor.change({ findings: 'a' })
    expect(await editor.send()).toBe(false)
    editor.change({ findings: 'ab' })
    expect(await editor.send()).toBe(true)
    expect(editor.other.value).toBeUndefined()
    expect(at.draft).toMatchObject({ findings: 'ab', revision: 2 })
  })

  it('stays under the typing fingers as it is, whatever the server trims', async () => {
    const at = server()
    const editor = editorOf(id)
    editor.change({ findings: 'un mot ' })
    await editor.send()
    editor.adopt(at.draft)
    expect(at.draft.findings).toBe('un mot')
    expect(editor.report.value.findings).toBe('un mot ')
    editor.adopt({ ...at.draft, findings: 'd’ailleurs', revision: 9 })
    expect(editor.report.value.findings).toBe('d’ailleurs')
  })

  it('meets another device: both texts are there, and what was chosen is saved', async () => {
    const at = server({ ...blank, findings: 'du téléphone', conclusion: 'commune', revision: 2 })
    at.writer = 'elsewhere'
    const editor = editorOf(id)
    editor.change({ findings: 'de l’ordinateur', conclusion: 'commune' })
    expect(await editor.send()).toBe(false)
    expect(editor.other.value?.findings).toBe('du téléphone')
    expect(editor.report.value.findings).toBe('de l’ordinateur')
    expect(await editor.send()).toBe(false)
    expect(at.asked).toHaveLength(1)
    editor.choose('both')
    await vi.waitFor(() => expect(editor.unsent.value).toBe(false))
    expect(at.draft).toMatchObject({ findings: 'du téléphone\n\nde l’ordinateur', conclusion: 'commune', revision: 3 })
  })

  it('gives way to the other text when that is chosen', async () => {
    const at = server({ ...blank, findings: 'du téléphone', revision: 2 })
    at.writer = 'elsewhere'
    const editor = editorOf(id)
    editor.change({ findings: 'de l’ordinateur' })
    await editor.send()
    editor.choose('other')
    expect(editor.report.value.findings).toBe('du téléphone')
    expect(editor.unsent.value).toBe(false)
    await vi.waitFor(async () => expect(await stored()).toBeUndefined())
  })

  it('is kept when the server says no, with its words', async () => {
    vi.stubGlobal('fetch', async () =>
      json({ code: 'invalid_input', detail: 'Certaines informations sont à corriger.', violations: [] }, 422),
    )
    const editor = editorOf(id)
    editor.change({ findings: 'trop long' })
    expect(await editor.send()).toBe(false)
    expect(editor.refused.value).toContain('à corriger')
    expect(await stored()).toBe('trop long')
  })

  it('stops at an ended session and goes on once the person is back', async () => {
    const at = server()
    const fetch = globalThis.fetch
    vi.stubGlobal('fetch', async () => json({ code: 'unauthenticated' }, 401))
    const editor = editorOf(id)
    editor.change({ findings: 'à suivre' })
    await editor.send()
    expect(phase.value).toBe('expired')
    expect(await stored()).toBe('à suivre')
    vi.stubGlobal('fetch', fetch)
    phase.value = 'in'
    await vi.waitFor(() => expect(at.draft.findings).toBe('à suivre'))
  })
})

describe('two reports as one', () => {
  const report = (change: Partial<Report>): Report => ({ ...reportOf(), ...change })

  it('lack no word of either', () => {
    const all = both(
      report({ findings: 'b', conclusion: 'seule', participants: 'x', identityCheck: 'known' }),
      report({
        findings: 'a',
        followUp: 'autre',
        participants: 'x et y',
        reportFollows: true,
        identityCheck: 'stated',
      }),
    )
    expect(all).toEqual(
      report({
        findings: 'a\n\nb',
        conclusion: 'seule',
        followUp: 'autre',
        participants: 'x et y',
        reportFollows: true,
        identityCheck: 'known',
      }),
    )
  })
})

/**
 * The report of one consultation as it is typed. Every keystroke is kept on this device before anything else, as a
 * draft of the person, until the server has it: neither a crash nor a lost network nor a reload costs a word.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { request } from '../../api/client'
import { encounterPath } from '../../api/command'
import { dropDraft, loadDraft, saveDraftNow } from '../../api/drafts'
import { ApiError, asFailure, isTemporary, NetworkError } from '../../api/error'
import { online, written } from '../../api/read'
import { onLeave, phase } from '../../api/session'
import type { Note, NoteDraft } from '../../api/types'
import { failureText } from '../../ui/failure-text'
import { both, type Report, reportOf } from './note-report'

/** Milliseconds without a keystroke after which what was typed goes to the server, and between tries. */
const pause = { typing: 900, first: 2_000, last: 30_000 }

/** What is kept on the device: the text, the revision it was made from, and who goes on from there. */
interface Unsent {
  report: Report
  revision: number
  writer: string
}

export interface Editor {
  report: ReadonlySignal<Report>
  /** False until the device was asked for what it keeps. */
  ready: ReadonlySignal<boolean>
  /** The server does not have all of it. */
  unsent: ReadonlySignal<boolean>
  /** What another device saved meanwhile; nothing goes out until somebody has chosen. */
  other: ReadonlySignal<NoteDraft | undefined>
  /** What the server said no to. */
  refused: ReadonlySignal<string | undefined>
  change: (part: Partial<Report>) => void
  /** Takes what the server has, unless something here is not sent yet. */
  adopt: (draft: NoteDraft) => void
  choose: (choice: 'mine' | 'other' | 'both') => void
  /** Tries now; true when the server has everything. */
  send: () => Promise<boolean>
}

export const draftName = (id: string) => `note:${id}`

const editors = new Map<string, Editor & { close: () => void }>()

function create(id: string): Editor & { close: () => void } {
  const path = `${encounterPath(id)}/note`
  const name = draftName(id)
  const report = signal(reportOf())
  const ready = signal(false)
  const unsent = signal(false)
  const other = signal<NoteDraft | undefined>(undefined)
  const refused = signal<string | undefined>(undefined)
  let revision = 0
  let writer: string = crypto.randomUUID()
  let strokes = 0
  let closed = false
  let running: Promise<void> | undefined
  let wait = pause.first
  let timer: ReturnType<typeof setTimeout> | undefined

  const loaded = loadDraft<Unsent>(name).then((old) => {
    if (old && !closed) {
      report.value = old.report
      revision = old.revision
      writer = old.writer
      unsent.value = true
      void send()
    }
    ready.value = true
  })
  let writing: Promise<void> = loaded

  /** One after the other, and each writes what is typed by then. */
  function keep(): void {
    writing = writing.then(() => {
      if (closed) return
      return unsent.value ? saveDraftNow(name, { report: report.value, revision, writer }) : dropDraft(name)
    })
  }

  function later(milliseconds: number): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void send(), milliseconds)
  }

  function typed(next: Report): void {
    report.value = next
    strokes++
    unsent.value = true
    refused.value = undefined
    keep()
  }

  async function put(): Promise<void> {
    const before = strokes
    const body: Record<string, unknown> = { ...report.value, revision, writer }
    if (!report.value.identityCheck) delete body.identityCheck
    const answer = await request<Note>('PUT', path, { body })
    online.value = true
    if (closed) return
    revision = answer.data.draft.revision
    wait = pause.first
    if (strokes === before) unsent.value = false
    else later(pause.typing)
    keep()
    written(path, answer)
  }

  async function conflict(): Promise<void> {
    const answer = await request<Note>('GET', path)
    if (!closed) other.value = answer.data.draft
  }

  async function attempt(): Promise<void> {
    try {
      await put().catch((thrown) => {
        if (thrown instanceof ApiError && thrown.code === 'note_written_elsewhere') return conflict()
        throw thrown
      })
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (failure instanceof NetworkError) online.value = false
      // Who was signed out goes on where they were once they are back.
      if (isTemporary(failure) || (failure instanceof ApiError && failure.status === 401)) {
        later(wait)
        wait = Math.min(wait * 2, pause.last)
      } else if (!closed) refused.value = failureText(failure)
    }
  }

  async function send(): Promise<boolean> {
    clearTimeout(timer)
    await loaded
    const idle = () => !unsent.value || closed || other.value !== undefined || phase.value !== 'in'
    if (running) await running
    if (idle()) return !unsent.value
    running ??= attempt().finally(() => {
      running = undefined
    })
    await running
    return !unsent.value
  }

  function adopt(draft: NoteDraft): void {
    if (!ready.value) {
      void loaded.then(() => adopt(draft))
      return
    }
    // What the server made of the words typed here is not put under the typing fingers.
    if (unsent.value || closed || draft.revision < revision || (strokes > 0 && draft.revision === revision)) return
    report.value = reportOf(draft)
    revision = draft.revision
  }

  return {
    report,
    ready,
    unsent,
    other,
    refused,
    adopt,
    send,
    change(part) {
      typed({ ...report.value, ...part })
      later(pause.typing)
    },
    choose(choice) {
      const theirs = other.value
      if (!theirs) return
      revision = theirs.revision
      other.value = undefined
      if (choice === 'other') {
        unsent.value = false
        report.value = reportOf(theirs)
        keep()
      } else {
        typed(choice === 'both' ? both(report.value, reportOf(theirs)) : report.value)
        void send()
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** The one editor of a consultation; it goes on sending when its page is left. */
export function editorOf(id: string): Editor {
  let editor = editors.get(id)
  if (!editor) {
    editor = create(id)
    editors.set(id, editor)
  }
  return editor
}

function sendAll(): void {
  for (const editor of editors.values()) void editor.send()
}

onLeave(() => {
  for (const editor of editors.values()) editor.close()
  editors.clear()
})
effect(() => {
  if (phase.value === 'in') setTimeout(sendAll)
})
addEventListener('online', sendAll)
document.addEventListener('visibilitychange', sendAll)

import { useSignal } from '@preact/signals'
import { root } from '../../api/client'
import { encounterPath, useEncounterCommand } from '../../api/command'
import { ApiError } from '../../api/error'
import type { Note } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { noteTexts } from './note-texts'
import type { StepProps } from './step-action'

interface Props extends StepProps {
  note: Note
  /** What was typed last is not in the note yet. */
  behind: boolean
  reload: () => Promise<void>
}

function Standing({ note, open, zone }: { note: Note; open: boolean; zone: string }) {
  const t = noteTexts()
  const last = note.versions.at(-1)
  if (!last) return null
  const same = last.version === note.version
  return (
    <Banner tone={open ? 'warn' : 'ok'} icon={open ? 'triangle-alert' : 'check'}>
      {t.putDone(last.number, last.transferredBy, showMoment(last.transferredAt, zone))}{' '}
      {open && (same ? t.confirm : t.changed(note.number))}
    </Banner>
  )
}

/** The note as it would go into the record: copied, printed, and then ticked as put there, in this very version. */
export function NotePreview({ encounter, department, note, behind, reload }: Props) {
  const t = noteTexts()
  const command = useEncounterCommand<{ version: string }>(encounter.id, 'record')
  const copied = useSignal<'yes' | 'failed' | undefined>(undefined)
  const changed = command.failure instanceof ApiError && command.failure.code === 'note_changed'
  const zone = department.timezone
  const state = encounter.chain.find((step) => step.code === 'record')?.state
  const current = note.version === note.transferredVersion
  const open = state === 'todo' || (state === 'done' && !current)

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(note.text)
      copied.value = 'yes'
    } catch {
      copied.value = 'failed'
    }
  }

  async function put(): Promise<void> {
    if (await command.run({ version: note.version })) copied.value = undefined
    else void reload()
  }

  return (
    <section class="stack" aria-labelledby="note-preview">
      <h3 id="note-preview">{t.preview(note.number)}</h3>
      <Standing note={note} open={open} zone={zone} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <pre class="note" tabIndex={0} lang="fr">
        {note.text}
      </pre>
      {changed ? (
        <Banner tone="warn" icon="triangle-alert" urgent>
          {t.noteChanged}
        </Banner>
      ) : (
        <FailureSummary failure={command.failure} />
      )}
      <p class="hint" aria-live="polite">
        {copied.value === 'yes' ? t.copied : copied.value === 'failed' ? t.copyFailed : ''}
      </p>
      <div class="actions">
        <Button
          kind={open && !copied.value ? 'primary' : 'secondary'}
          icon="copy"
          busy={behind}
          onClick={() => void copy()}
        >
          {t.copy}
        </Button>
        <a class="btn" href={`${root}${encounterPath(encounter.id)}/note.pdf`} download>
          <Icon name="download" />
          {t.pdf}
        </a>
        {open && (
          <Button
            kind={copied.value ? 'primary' : 'secondary'}
            icon="check"
            busy={command.busy || behind}
            onClick={() => void put()}
          >
            {note.versions.length ? t.putAgain : t.put}
          </Button>
        )}
      </div>
      {(note.versions.length ?? 0) > 1 && (
        <details>
          <summary>{t.versions}</summary>
          <ul>
            {note.versions.map((v) => (
              <li key={v.number} class="small">
                {t.version(v.number, v.transferredBy, showMoment(v.transferredAt, zone))}{' '}
                <span class="muted">{v.version.slice(0, 12)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p class="hint">{t.kept(note.keptDays)}</p>
    </section>
  )
}

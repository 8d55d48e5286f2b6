import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { ApiError } from '../../api/error'
import { useRead } from '../../api/read'
import type { Note } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Seen } from '../../ui/seen'
import { afterTexts } from './after-texts'
import type { StepProps } from './step-action'

/** The note made from the facts: copied, and then ticked as put into the record, in this very version. */
export default function RecordStep({ encounter, department }: StepProps) {
  const t = afterTexts()
  const reading = useRead<Note>(`/encounters/${encounter.id}/note`, {
    topics: [`encounter:${encounter.id}`, `note:${encounter.id}`],
  })
  const command = useEncounterCommand<{ version: string }>(encounter.id, 'record')
  const copied = useSignal<'yes' | 'failed' | undefined>(undefined)
  const note = reading.data
  const changed = command.failure instanceof ApiError && command.failure.code === 'note_changed'
  const standing = encounter.record
  const current = note !== undefined && standing?.version === note.version

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      copied.value = 'yes'
    } catch {
      copied.value = 'failed'
    }
  }

  async function put(version: string): Promise<void> {
    const answer = await command.run({ version })
    if (!answer) void reading.reload()
  }

  return (
    <>
      <p class="muted">{t.noteHint}</p>
      {standing && (
        <Banner tone={current ? 'ok' : 'warn'} icon={current ? 'check' : 'triangle-alert'}>
          {t.putDone(standing.transferredBy, showMoment(standing.transferredAt, department.timezone))}{' '}
          {note && !current && t.putAgain}
        </Banner>
      )}
      <Seen reading={reading} zone={department.timezone} />
      {note && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
          <pre class="note" tabIndex={0}>
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
            <Button kind={copied.value ? 'secondary' : 'primary'} icon="copy" onClick={() => void copy(note.text)}>
              {t.copy}
            </Button>
            {!current && (
              <Button
                kind={copied.value ? 'primary' : 'secondary'}
                icon="check"
                busy={command.busy}
                onClick={() => void put(note.version)}
              >
                {t.put}
              </Button>
            )}
          </div>
        </>
      )}
    </>
  )
}

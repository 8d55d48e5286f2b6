import { encounterPath, useEncounterCommand } from '../../api/command'
import { useRead } from '../../api/read'
import type { Note } from '../../api/types'
import { dayOf, showDate, showTime } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { noteTexts } from './note-texts'
import type { StepProps } from './step-action'

/** What the encounter lacks, each with its step; once nothing does, it is closed here. */
export default function Closing({ encounter, department }: StepProps) {
  const t = noteTexts()
  const reading = useRead<Note>(`${encounterPath(encounter.id)}/note`, {
    topics: [`encounter:${encounter.id}`, `note:${encounter.id}`],
  })
  const command = useEncounterCommand<Record<string, never>>(encounter.id, 'close')
  const closing = reading.data?.closing
  if (!closing) return null
  const zone = department.timezone
  const { closedAt, closedBy = '' } = closing
  if (closedAt)
    return (
      <Banner tone="ok" icon="shield-check">
        {t.closed(showDate(dayOf(closedAt, zone)), showTime(closedAt, zone), closedBy)}
      </Banner>
    )
  const close = async () => {
    if (await command.run({})) announce(t.closing)
    else void reading.reload()
  }
  return (
    <section class="stack closing">
      {closing.missing.length > 0 ? (
        <>
          <p>
            <strong>{t.closing}</strong> · {t.missing}
          </p>
          <ul class="stack" lang="fr">
            {closing.missing.map((lack) => (
              <li key={lack.code}>
                <a href={`#step-${lack.step}`}>{lack.message}</a>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>{t.complete}</p>
          <FailureSummary failure={command.failure} />
          <div class="actions">
            <Button kind="primary" icon="shield-check" busy={command.busy} onClick={() => void close()}>
              {t.close}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

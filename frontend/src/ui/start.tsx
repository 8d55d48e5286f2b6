import { useSignal } from '@preact/signals'
import { encounterPath, useEncounterCommand } from '../api/command'
import { ApiError, type Failure } from '../api/error'
import { useRead } from '../api/read'
import type { Encounter, EncounterRow } from '../api/types'
import { table } from '../i18n/language'
import { words } from '../i18n/words'
import { Button } from './button'
import { Dialog } from './dialog'
import { FailureSummary } from './failure'
import { TextField } from './field'
import { encounterHref } from './row'
import fr from './start-texts.fr'

const texts = table(fr, () => import('./start-texts.en'))

interface OralConsent {
  givenBy: 'patient' | 'representative'
  giverName?: string
}

/** A window may only be opened inside the press itself, so it opens empty and gets its address with the answer. */
function openEmpty(): Window | null {
  const opened = window.open('', '_blank')
  if (opened) {
    opened.opener = null
    opened.document.title = 'Téléconsult'
    opened.document.body.textContent = texts().opening
  }
  return opened
}

function isConsentNeeded(failure: unknown): failure is ApiError {
  return failure instanceof ApiError && failure.status === 428
}

interface ConsentProps {
  row: EncounterRow
  busy: boolean
  failure: Failure | undefined
  onConsent: (consent: OralConsent) => void
  onClose: () => void
}

function ConsentDialog({ row, busy, failure, onConsent, onClose }: ConsentProps) {
  const t = texts()
  const name = useSignal<string | undefined>(undefined)
  const reading = useRead<Encounter>(encounterPath(row.id), { topics: [`encounter:${row.id}`] })
  const representative = reading.data?.patient.representative
  const giver = name.value ?? representative?.name ?? ''
  const refused = row.consent === 'refused' || row.consent === 'withdrawn'
  return (
    <Dialog title={refused ? t.refusedTitle : t.consentTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          onConsent(representative ? { givenBy: 'representative', giverName: giver.trim() } : { givenBy: 'patient' })
        }}
      >
        <p>{refused ? t.refused : t.consentWhy(words().tool[row.tool])}</p>
        <p class="muted">{t.said}</p>
        {representative && (
          <TextField
            name="oralConsent.giverName"
            label={t.giverName}
            hint={t.representative}
            value={giver}
            onInput={(v) => {
              name.value = v
            }}
            required
          />
        )}
        {failure && !isConsentNeeded(failure) && <FailureSummary failure={failure} />}
        <Button submit kind="primary" big wide icon="play" busy={busy || reading.data === undefined}>
          {t.record}
        </Button>
        <a class="btn wide" href={encounterHref(row.id)} onClick={onClose}>
          {t.refuses}
        </a>
      </form>
    </Dialog>
  )
}

interface Props {
  row: EncounterRow
  /** After it has started. */
  onStarted?: (encounter: Encounter) => void
  wide?: boolean
}

/** The big button: opens the meeting, stamps the start, and asks for the oral consent when none stands. */
export function StartButton({ row, onStarted, wide }: Props) {
  const t = texts()
  const command = useEncounterCommand<{ oralConsent?: OralConsent }>(row.id, 'start')
  const asking = useSignal(false)
  const blockedUrl = useSignal<string | undefined>(undefined)

  async function start(oralConsent?: OralConsent): Promise<void> {
    // ORTIF is most often opened from ORTIF itself; where it has a link, the link is shown.
    const meeting = row.modality === 'video' && row.tool !== 'ortif' ? openEmpty() : null
    const answer = await command.run(oralConsent ? { oralConsent } : {})
    if (!answer) {
      meeting?.close()
      if (isConsentNeeded(command.failure)) asking.value = true
      return
    }
    asking.value = false
    const url = answer.data.link?.url
    if (!url) meeting?.close()
    else if (meeting) meeting.location.replace(url)
    else blockedUrl.value = url
    onStarted?.(answer.data)
  }

  return (
    <div class="stack">
      <Button
        kind="primary"
        big
        wide={wide ?? false}
        icon={row.modality === 'telephone' ? 'phone' : 'play'}
        busy={command.busy}
        onClick={() => {
          if (row.consent === 'agreed') void start()
          else asking.value = true
        }}
      >
        {words().start}
      </Button>
      {blockedUrl.value && (
        <p>
          {t.blocked}{' '}
          <a href={blockedUrl.value} target="_blank" rel="noopener noreferrer">
            {t.open}
          </a>
        </p>
      )}
      {command.failure && !asking.value && <FailureSummary failure={command.failure} retry={() => void start()} />}
      {asking.value && (
        <ConsentDialog
          row={row}
          busy={command.busy}
          failure={command.failure}
          onConsent={(c) => void start(c)}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </div>
  )
}

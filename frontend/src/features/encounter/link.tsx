import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { MeetingLink } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { showMoment } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { linkTexts } from './invitation-text'
import { Paste } from './link-paste'
import type { StepProps } from './step-action'

function Standing({ link, zone }: { link: MeetingLink; zone: string }) {
  const t = linkTexts()
  const rows: [string, string | undefined][] = [
    [t.tool, words().tool[link.tool]],
    [t.url, link.url],
    [t.meetingId, link.meetingId],
    [t.passcode, link.passcode],
    [t.reference, link.reference],
    [t.host, link.hostAccount],
  ]
  return (
    <>
      <dl class="facts-table">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p class="small muted">{t.attached(link.attachedBy, showMoment(link.attachedAt, zone))}</p>
    </>
  )
}

function Remove({ id }: { id: string }) {
  const t = linkTexts()
  const asked = useSignal(false)
  const command = useEncounterCommand<undefined>(id, 'link', 'DELETE')
  if (!asked.value)
    return (
      <Button
        kind="danger"
        onClick={() => {
          asked.value = true
        }}
      >
        {t.remove}
      </Button>
    )
  return (
    <Banner tone="warn" icon="triangle-alert">
      <p>{t.removeSure}</p>
      <FailureSummary failure={command.failure} />
      <div class="actions">
        <Button kind="danger" busy={command.busy} onClick={() => void command.run(undefined)}>
          {t.remove}
        </Button>
        <Button
          onClick={() => {
            asked.value = false
          }}
        >
          {t.keep}
        </Button>
      </div>
    </Banner>
  )
}

/** ORTIF invites the patient itself: only its session is noted. */
function Ortif({ encounter }: StepProps) {
  const t = linkTexts()
  const draft = useDraft(`ortif:${encounter.id}`, { reference: '', text: '' })
  const command = useEncounterCommand<{ text?: string; declared: string[]; settled: string[]; reference: string }>(
    encounter.id,
    'link',
  )
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const { reference, text } = draft.value
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        const body = { declared: [], settled: [], reference: reference.trim() }
        if (await command.run(text.trim() ? { ...body, text } : body)) draft.done()
      }}
    >
      <p class="muted">{t.ortifWhy}</p>
      <TextField
        name="reference"
        label={t.ortifReference}
        value={reference}
        autoComplete="off"
        error={errors.get('reference')?.message}
        onInput={(v) => draft.set({ reference: v, text })}
      />
      <TextField
        name="text"
        label={t.ortifText}
        optional
        value={text}
        autoComplete="off"
        error={errors.get('text')?.message}
        onInput={(v) => draft.set({ reference, text: v })}
      />
      <FailureSummary failure={command.failure} labels={{ reference: t.ortifReference, text: t.ortifText }} />
      <Button submit kind="primary" icon="check" busy={command.busy}>
        {t.ortifSave}
      </Button>
    </form>
  )
}

export default function LinkStep({ encounter, department }: StepProps) {
  const t = linkTexts()
  const replacing = useSignal(false)
  const may = encounter.allowed.includes('link')
  const { link } = encounter
  return (
    <>
      {link && <Standing link={link} zone={department.timezone} />}
      {link && may && !replacing.value && (
        <div class="actions">
          <Button
            icon="clipboard-paste"
            onClick={() => {
              replacing.value = true
            }}
          >
            {t.replace}
          </Button>
          <Remove id={encounter.id} />
        </div>
      )}
      {may &&
        (!link || replacing.value) &&
        (encounter.tool === 'ortif' ? (
          <Ortif encounter={encounter} department={department} />
        ) : (
          <Paste
            encounter={encounter}
            department={department}
            onDone={() => {
              replacing.value = false
            }}
          />
        ))}
    </>
  )
}

import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { Consequence, Department, Encounter, Incident, IncidentKind } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { dayOf, instantsOf } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { heldTexts } from './held-texts'

export interface DialogProps {
  encounter: Encounter
  department: Department
  onClose: () => void
}

interface Draft {
  any: 'yes' | 'no' | ''
  incidents: Incident[]
  /** The clock when it really ended, empty for now. */
  end: string
}

/** The last moment not to come at which the clock showed this time; undefined when that is not today. */
export function realEnd(time: string, zone: string, now: number): string | undefined {
  const found = instantsOf(dayOf(now, zone), time, zone).filter((at) => at <= now)
  const last = found.at(-1)
  return last === undefined ? undefined : new Date(last).toISOString()
}

const blank: Incident = { kind: 'cut', consequence: 'none' }

interface RowProps {
  number: number
  incident: Incident
  onChange: (incident: Incident) => void
  onRemove: (() => void) | undefined
}

function IncidentFields({ number, incident, onChange, onRemove }: RowProps) {
  const t = heldTexts()
  const kinds = Object.entries(t.kind) as [IncidentKind, string][]
  const consequences = Object.entries(t.consequence) as [Consequence, string][]
  return (
    <fieldset class="card stack">
      <legend>{t.incident(number)}</legend>
      <div class="pair">
        <SelectField<IncidentKind>
          name={`incidents[${number - 1}].kind`}
          label={t.kindLabel}
          value={incident.kind}
          options={kinds.map(([value, label]) => ({ value, label }))}
          onChange={(kind) => onChange({ ...incident, kind })}
        />
        <SelectField<Consequence>
          name={`incidents[${number - 1}].consequence`}
          label={t.consequenceLabel}
          value={incident.consequence}
          options={consequences.map(([value, label]) => ({ value, label }))}
          onChange={(consequence) => onChange({ ...incident, consequence })}
        />
      </div>
      <TextField
        name={`incidents[${number - 1}].text`}
        label={t.text}
        optional
        value={incident.text ?? ''}
        onInput={(text) =>
          onChange(text ? { ...incident, text } : { kind: incident.kind, consequence: incident.consequence })
        }
      />
      {onRemove && (
        <Button kind="quiet" onClick={onRemove}>
          {t.remove}
        </Button>
      )}
    </fieldset>
  )
}

export default function Finish({ encounter, department, onClose }: DialogProps) {
  const t = heldTexts()
  const draft = useDraft<Draft>(`finish:${encounter.id}`, {
    any: '',
    incidents: [blank],
    end: '',
  })
  const asked = useSignal(false)
  const command = useEncounterCommand<{ incidents: Incident[]; occurredAt?: string }>(encounter.id, 'finish')
  const { any, incidents, end } = draft.value
  const change = (part: Partial<Draft>) => draft.set({ ...draft.value, ...part })
  const setIncidents = (list: Incident[]) => change({ incidents: list })
  const occurredAt = end ? realEnd(end, department.timezone, Date.now()) : undefined
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const endError = end && !occurredAt ? t.realEndWrong : errors.get('occurredAt')?.message

  async function submit(): Promise<void> {
    asked.value = true
    if (!any || (end && !occurredAt)) return
    const said = any === 'yes' ? incidents : []
    if (!(await command.run(occurredAt ? { incidents: said, occurredAt } : { incidents: said }))) return
    draft.done()
    announce(t.finishTitle)
    onClose()
  }

  return (
    <Dialog title={t.finishTitle} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <Choices<'yes' | 'no'>
          name="any"
          label={t.question}
          value={any}
          options={[
            { value: 'no', label: t.no },
            { value: 'yes', label: t.yes },
          ]}
          error={asked.value && !any ? t.answer : undefined}
          onChange={(v) => change({ any: v })}
        />
        {any === 'yes' && (
          <>
            {incidents.map((incident, index) => (
              <IncidentFields
                key={index}
                number={index + 1}
                incident={incident}
                onChange={(changed) => setIncidents(incidents.map((one, i) => (i === index ? changed : one)))}
                onRemove={
                  incidents.length > 1 ? () => setIncidents(incidents.filter((_, i) => i !== index)) : undefined
                }
              />
            ))}
            <Button onClick={() => setIncidents([...incidents, blank])}>{t.add}</Button>
          </>
        )}
        <TextField
          name="occurredAt"
          type="time"
          label={t.realEnd}
          hint={t.realEndHint}
          optional
          value={end}
          error={endError}
          onInput={(v) => change({ end: v })}
        />
        <FailureSummary failure={command.failure} />
        <Button submit kind="primary" big wide icon="check" busy={command.busy}>
          {t.finish}
        </Button>
      </form>
    </Dialog>
  )
}

import { useRead } from '../api/read'
import type { Colleague, Department, Page, TelephoneReason, Tool, Violation } from '../api/types'
import { addDays, instantsOf, showDay, today } from '../i18n/dates'
import { words } from '../i18n/words'
import { Choices } from './choice'
import { SelectField, TextField } from './field'
import { type Planned, plannedTexts } from './planned'
import { practitionerName } from './row'

interface Props {
  value: Planned
  department: Department
  errors: ReadonlyMap<string, Violation>
  onChange: (change: Partial<Planned>) => void
}

const times = ['09:00', '10:00', '11:00', '14:00', '15:00', '16:00', '17:00']
const durations = ['15', '20', '30', '45'] as const

export function PractitionerField({ value, department, errors, onChange }: Props) {
  const t = plannedTexts()
  const reading = useRead<Page<Colleague>>(`/departments/${department.id}/practitioners`)
  const options = (reading.data?.items ?? []).map((p) => ({
    value: p.id,
    label: practitionerName(p) + (p.isMe ? ` (${t.me})` : ''),
  }))
  return (
    <SelectField
      name="practitionerId"
      label={t.practitioner}
      value={value.practitionerId}
      options={options}
      empty={t.choosePractitioner}
      error={errors.get('practitionerId')?.message}
      onChange={(v) => onChange({ practitionerId: v })}
    />
  )
}

function DateField({ value, department, errors, onChange }: Props) {
  const t = plannedTexts()
  const now = today(department.timezone)
  const quick = [
    { value: now, label: t.today },
    { value: addDays(now, 1), label: t.tomorrow },
    { value: addDays(now, 7), label: t.nextWeek },
    { value: addDays(now, 28), label: t.inAMonth },
  ]
  return (
    <>
      <Choices
        name="quickDate"
        label={t.date}
        value={value.date}
        options={quick}
        onChange={(v) => onChange({ date: v, repeatedHour: '' })}
      />
      <div class="pair end">
        <TextField
          name="date"
          type="date"
          label={value.date ? showDay(value.date, { year: 'numeric' }) : t.date}
          value={value.date}
          min={now}
          error={errors.get('date')?.message}
          onInput={(v) => onChange({ date: v, repeatedHour: '' })}
        />
        <TextField
          name="time"
          type="time"
          label={t.time}
          value={value.time}
          error={errors.get('time')?.message}
          onInput={(v) => onChange({ time: v, repeatedHour: '' })}
        />
      </div>
      <Choices
        name="quickTime"
        label={<span class="visually-hidden">{t.time}</span>}
        value={value.time}
        options={times.map((time) => ({ value: time, label: time }))}
        onChange={(v) => onChange({ time: v, repeatedHour: '' })}
      />
    </>
  )
}

export function WhenFields(props: Props) {
  const { value, department, errors, onChange } = props
  const t = plannedTexts()
  const twice = value.date && value.time ? instantsOf(value.date, value.time, department.timezone).length > 1 : false
  const usual = (durations as readonly string[]).includes(value.duration)
  return (
    <>
      <DateField {...props} />
      {(twice || errors.has('repeatedHour')) && (
        <Choices
          name="repeatedHour"
          label={t.repeated}
          value={value.repeatedHour}
          error={errors.get('repeatedHour')?.message}
          options={[
            { value: 'first', label: t.first },
            { value: 'second', label: t.second },
          ]}
          onChange={(v) => onChange({ repeatedHour: v })}
        />
      )}
      <Choices
        name="durationMinutes"
        label={t.duration}
        value={usual ? value.duration : 'other'}
        options={[
          ...durations.map((d) => ({ value: d as string, label: t.minutes(d) })),
          { value: 'other', label: t.other },
        ]}
        onChange={(v) => onChange({ duration: v === 'other' ? '60' : v })}
      />
      {!usual && (
        <TextField
          name="durationMinutes"
          type="number"
          inputMode="numeric"
          label={t.otherDuration}
          value={value.duration}
          error={errors.get('durationMinutes')?.message}
          onInput={(v) => onChange({ duration: v })}
        />
      )}
    </>
  )
}

export function HowFields({ value, department, errors, onChange }: Props) {
  const t = plannedTexts()
  const w = words()
  const first = department.tools[0]
  const reasons = Object.entries(t.reasons) as [TelephoneReason, string][]
  return (
    <>
      <Choices
        name="modality"
        label={t.modality}
        value={value.modality}
        options={[
          { value: 'video', label: t.video },
          { value: 'telephone', label: t.telephone },
        ]}
        error={errors.get('modality')?.message}
        onChange={(v) => onChange({ modality: v })}
      />
      {value.modality === 'telephone' ? (
        <Choices<TelephoneReason>
          name="telephoneReason"
          label={t.telephoneReason}
          hint={t.telephoneHint}
          value={value.telephoneReason}
          options={reasons.map(([code, label]) => ({ value: code, label }))}
          error={errors.get('telephoneReason')?.message}
          onChange={(v) => onChange({ telephoneReason: v })}
        />
      ) : (
        <Choices<Tool>
          name="tool"
          label={t.tool}
          hint={t.toolHint}
          value={value.tool}
          options={department.tools.map((code) => ({
            value: code,
            label: (
              <>
                {w.tool[code]}
                {department.secureTools.includes(code) && <span class="small">· {t.secure}</span>}
              </>
            ),
          }))}
          error={errors.get('tool')?.message}
          onChange={(v) => onChange({ tool: v })}
        />
      )}
      {value.modality === 'video' && first && value.tool !== first && (
        <ToolReason value={value} department={department} errors={errors} onChange={onChange} />
      )}
    </>
  )
}

function ToolReason({ value, department, errors, onChange }: Props) {
  const t = plannedTexts()
  const first = department.tools[0]
  if (!first) return null
  return (
    <div class="stack">
      <Choices
        name="quickToolReason"
        label={t.toolReason(words().tool[first])}
        hint={t.toolReasonHint}
        value={value.toolReason}
        options={Object.values(t.quickReasons).map((text) => ({ value: text, label: text }))}
        onChange={(v) => onChange({ toolReason: v })}
      />
      <TextField
        name="toolReason"
        label={<span class="visually-hidden">{t.toolReason(words().tool[first])}</span>}
        value={value.toolReason}
        error={errors.get('toolReason')?.message}
        onInput={(v) => onChange({ toolReason: v })}
      />
    </div>
  )
}

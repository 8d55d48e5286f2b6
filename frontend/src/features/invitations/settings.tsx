import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useCommand } from '../../api/command'
import { useRead } from '../../api/read'
import type { Colleague, Department, Modality, Page, TelephoneReason, Tool } from '../../api/types'
import { words } from '../../i18n/words'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { plannedTexts } from '../../ui/planned'
import { practitionerName } from '../../ui/row'
import { allFields } from './fields'
import { reviewTexts } from './review-texts'
import { settingsTexts } from './settings-texts'
import type { BatchHead, Column, Defaults, Field } from './types'
import type { DefaultsField } from './use-defaults'

interface Props {
  head: BatchHead
  department: Department
  defaults: DefaultsField
  /** The list as it is now; its rows are to be read again. */
  onChanged: (head: BatchHead) => void
}

interface Body {
  columns: { index: number; field?: Field }[]
}

/** Names of a file may stand in one column: the server divides them. */
const columnFields: readonly Field[] = ['familyName', 'givenName', 'fullName', ...allFields.slice(2)]

/** What every row of the list has in common. Each choice is saved at once. */
export default function Settings({ head, department, defaults, onChanged }: Props) {
  const t = settingsTexts()
  const command = useCommand<Body, BatchHead>('PATCH', `/batches/${head.id}`)
  const chosen = useRef<Body['columns']>([])
  // The others stay; one that held the same holds nothing any more. A choice while one is on its way goes after it.
  async function setColumn(index: number, field: Field | undefined): Promise<void> {
    chosen.current = [...chosen.current.filter((c) => c.index !== index), field ? { index, field } : { index }]
    if (command.busy) return
    while (chosen.current.length > 0) {
      const columns = chosen.current
      chosen.current = []
      const answer = await command.run({ columns })
      if (!answer) return
      onChanged(answer.data)
    }
  }
  return (
    <div class="stack">
      <FailureSummary failure={command.failure ?? defaults.failure} />
      {head.columns.length > 0 && (
        <section class="stack">
          <h2>{t.columns}</h2>
          <p class="hint">{t.columnsHint}</p>
          <div class="pair end">
            {head.columns.map((column) => (
              <ColumnField key={column.index} column={column} onChange={(f) => void setColumn(column.index, f)} />
            ))}
          </div>
        </section>
      )}
      <section class="stack">
        <h2>{t.defaults}</h2>
        <DefaultFields value={defaults.value} department={department} onChange={(part) => void defaults.set(part)} />
      </section>
    </div>
  )
}

function ColumnField({ column, onChange }: { column: Column; onChange: (field: Field | undefined) => void }) {
  const t = settingsTexts()
  const { fields } = reviewTexts()
  return (
    <SelectField<Field>
      name={`column${column.index}`}
      label={t.column(column.header || String(column.index + 1))}
      hint={column.sample ? t.sample(column.sample) : undefined}
      value={column.field ?? ''}
      empty={t.ignored}
      options={columnFields.map((field) => ({ value: field, label: fields[field] }))}
      onChange={(field) => onChange(field || undefined)}
    />
  )
}

interface DefaultProps {
  value: Defaults
  department: Department
  onChange: (part: Partial<Defaults>) => void
}

function DefaultFields({ value, department, onChange }: DefaultProps) {
  const t = settingsTexts()
  const p = plannedTexts()
  const reading = useRead<Page<Colleague>>(`/departments/${department.id}/practitioners`)
  const colleagues = reading.data?.items ?? []
  const reasons = Object.entries(p.reasons) as [TelephoneReason, string][]
  const telephone = value.modality === 'telephone'
  return (
    <div class="pair">
      <SelectField
        name="practitionerId"
        label={t.practitioner}
        value={value.practitionerId ?? ''}
        empty={t.none}
        options={colleagues.map((one) => ({ value: one.id, label: practitionerName(one) }))}
        onChange={(practitionerId) => onChange({ practitionerId })}
      />
      <Late
        name="durationMinutes"
        label={t.duration}
        value={String(value.durationMinutes)}
        onSave={(text) => {
          const minutes = Number(text)
          if (Number.isInteger(minutes) && minutes > 0) onChange({ durationMinutes: minutes })
        }}
      />
      <SelectField<Modality>
        name="modality"
        label={t.modality}
        value={value.modality}
        options={[
          { value: 'video', label: p.video },
          { value: 'telephone', label: p.telephone },
        ]}
        onChange={(modality) => onChange({ modality })}
      />
      {telephone ? (
        <SelectField<TelephoneReason>
          name="telephoneReason"
          label={t.telephoneReason}
          value={value.telephoneReason ?? ''}
          empty={t.none}
          options={reasons.map(([code, label]) => ({ value: code, label }))}
          onChange={(telephoneReason) => onChange({ telephoneReason })}
        />
      ) : (
        <SelectField<Tool>
          name="tool"
          label={t.tool}
          value={value.tool ?? ''}
          empty={t.none}
          options={department.tools.map((code) => ({ value: code, label: words().tool[code] }))}
          onChange={(tool) => onChange({ tool })}
        />
      )}
      {!telephone && value.tool && value.tool !== department.tools[0] && (
        <Late
          name="toolReason"
          label={t.toolReason}
          value={value.toolReason ?? ''}
          onSave={(toolReason) => onChange({ toolReason })}
        />
      )}
    </div>
  )
}

interface LateProps {
  name: string
  label: string
  value: string
  onSave: (value: string) => void
}

/** Saved when it is left, not with every letter. */
function Late({ name, label, value, onSave }: LateProps) {
  const typed = useSignal<string | undefined>(undefined)
  return (
    <TextField
      name={name}
      label={label}
      {...(name === 'durationMinutes' && { inputMode: 'numeric' as const })}
      value={typed.value ?? value}
      onInput={(text) => {
        typed.value = text
      }}
      onBlur={() => {
        const text = typed.value?.trim()
        typed.value = undefined
        if (text !== undefined && text !== value) onSave(text)
      }}
    />
  )
}

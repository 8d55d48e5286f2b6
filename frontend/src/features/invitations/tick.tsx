import { useRef } from 'preact/hooks'
import { dropDraft } from '../../api/drafts'
import { useRead } from '../../api/read'
import type { Department } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { addDays, dayOf, showDate, showDay, timeOf, today } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Button } from '../../ui/button'
import { Choices, Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { patientName, practitionerName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { useSlices } from '../../ui/slices'
import { useCreate } from './create'
import { between, daysOf, type Period } from './periods'
import { startTexts } from './start-texts'
import type { Candidate } from './types'

interface Ticked {
  period: Period
  day: string
  ids: string[]
}

const periods: readonly Period[] = ['today', 'tomorrow', 'week', 'next', 'day']

/** Planned consultations of a day or a week: whom to invite is ticked, the whole row under the finger. */
export default function TickPeople({ department: d }: { department: Department }) {
  const t = startTexts()
  const now = today(d.timezone)
  const name = `batch-ticks:${d.id}`
  const draft = useDraft<Ticked>(name, { period: 'tomorrow', day: addDays(now, 2), ids: [] })
  const { period, day, ids } = draft.value
  const { from, to } = daysOf(period, day, now)
  const create = useCreate()
  const path = `/batches/candidates?departmentId=${d.id}&from=${from}&to=${to}`
  const reading = useRead<{ items: Candidate[] }>(path, { topics: [`department:${d.id}`] })
  const items = reading.data?.items ?? []
  const chosen = items.filter((item) => ids.includes(item.id)).map((item) => item.id)
  function change(part: Partial<Ticked>): void {
    const next = { ...draft.value, ...part }
    draft.set(next)
    // Nothing would be lost with a day that was only looked at.
    if (next.ids.length === 0) void dropDraft(name)
  }

  async function prepare(): Promise<void> {
    if (chosen.length > 0 && (await create.run({ departmentId: d.id, encounterIds: chosen }))) draft.done()
  }

  return (
    <section class="stack">
      <Choices<Period>
        name="period"
        label={<span class="visually-hidden">{t.period}</span>}
        value={period}
        options={periods.map((one) => ({ value: one, label: t.periods[one] }))}
        onChange={(v) => change({ period: v, ids: [] })}
      />
      {period === 'day' && (
        <TextField
          name="day"
          type="date"
          label={t.day}
          value={day}
          min={now}
          onInput={(v) => v && change({ day: v, ids: [] })}
        />
      )}
      <Seen reading={reading} zone={d.timezone} />
      {reading.data && items.length === 0 && (
        <p class="empty">
          <Icon name="circle-check" />
          <br />
          {t.nobody}
        </p>
      )}
      {items.length > 0 && (
        <People items={items} zone={d.timezone} chosen={chosen} onChange={(next) => change({ ids: next })} />
      )}
      {items.length > 0 && (
        <div class="bottom card">
          <FailureSummary failure={create.failure} />
          <div class="line between">
            <p aria-live="polite">{chosen.length === 0 ? t.prepareNone : t.chosen(chosen.length)}</p>
            <Button kind="primary" big busy={create.busy || chosen.length === 0} onClick={() => void prepare()}>
              {t.prepare(chosen.length)}
            </Button>
          </div>
        </div>
      )}
    </section>
  )
}

interface PeopleProps {
  items: readonly Candidate[]
  zone: string
  chosen: readonly string[]
  onChange: (ids: string[]) => void
}

function People({ items, zone, chosen, onChange }: PeopleProps) {
  const t = startTexts()
  const last = useRef<string | undefined>(undefined)
  const shift = useRef(false)
  const all = items.map((item) => item.id)
  const shown = useSlices(items)
  const days = [...new Set(shown.map((item) => dayOf(item.plannedStart, zone)))]

  function set(ids: readonly string[], on: boolean): void {
    const rest = chosen.filter((id) => !ids.includes(id))
    onChange(on ? [...rest, ...ids] : rest)
  }
  function tick(id: string, on: boolean): void {
    set(shift.current && last.current ? between(all, last.current, id) : [id], on)
    last.current = id
  }
  function move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const box = event.target as HTMLInputElement
    if (!step || !box.value) return
    const next = all[all.indexOf(box.value) + step]
    if (!next) return
    event.preventDefault()
    document.querySelector<HTMLElement>(`input[value="${CSS.escape(next)}"]`)?.focus()
    if (event.shiftKey) {
      set([box.value, next], true)
      last.current = next
    }
  }
  return (
    <fieldset
      class="field"
      onKeyDown={(event) => {
        shift.current = event.shiftKey
        move(event)
      }}
      onKeyUp={(event) => {
        // Space ticks when it is let go.
        if (event.key === 'Shift') shift.current = false
      }}
      onPointerDown={(event) => {
        shift.current = event.shiftKey
      }}
    >
      <legend class="visually-hidden">{t.ways.tick}</legend>
      <p class="visually-hidden">{t.keys}</p>
      <div class="card people">
        <Tick checked={chosen.length === all.length} onChange={(on) => set(all, on)}>
          <strong>{t.all(all.length)}</strong>
        </Tick>
        {days.map((day) => (
          <Day key={day} title={days.length > 1 || items.length > shown.length ? showDay(day) : undefined}>
            {shown
              .filter((item) => dayOf(item.plannedStart, zone) === day)
              .map((item) => (
                <Person key={item.id} item={item} zone={zone} checked={chosen.includes(item.id)} onTick={tick} />
              ))}
          </Day>
        ))}
      </div>
    </fieldset>
  )
}

function Day({ title, children }: { title: string | undefined; children: preact.ComponentChildren }) {
  return (
    <>
      {title && <h2 class="small muted">{title}</h2>}
      {children}
    </>
  )
}

interface PersonProps {
  item: Candidate
  zone: string
  checked: boolean
  onTick: (id: string, on: boolean) => void
}

const tones: Record<Candidate['told'], string> = { never: '', failed: 'bad', unanswered: 'warn', answered: 'ok' }

function Person({ item, zone, checked, onTick }: PersonProps) {
  const t = startTexts()
  return (
    <label class="tick person">
      <input
        type="checkbox"
        value={item.id}
        checked={checked}
        onChange={(e) => onTick(item.id, e.currentTarget.checked)}
      />
      <span class="num">{timeOf(item.plannedStart, zone)}</span>
      <span class="grow">
        <strong>{patientName(item.patient)}</strong>{' '}
        <span class="small muted">
          {words().born(showDate(item.patient.birthDate))}
          <br />
          {practitionerName(item.practitioner)} · {words().tool[item.tool]}
          {item.hasLink && `, ${t.link}`}
          {item.channels.length > 0 && ` · ${item.channels.map((c) => t.channels[c]).join(', ')}`}
        </span>
      </span>
      <span class="line">
        {item.channels.length === 0 && <span class="badge bad">{t.noContact}</span>}
        <span class={`badge ${tones[item.told]}`}>{t.told[item.told]}</span>
      </span>
    </label>
  )
}

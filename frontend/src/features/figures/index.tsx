import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { root } from '../../api/client'
import { useRead } from '../../api/read'
import { can, department } from '../../api/session'
import type { Figures as Answer, Department } from '../../api/types'
import { showDate, showMoment, today } from '../../i18n/dates'
import type { ScreenProps } from '../../routes'
import { Banner } from '../../ui/banner'
import { Choices } from '../../ui/choice'
import { SelectField, TextField } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { Seen } from '../../ui/seen'
import { type Days, daysOf, type Period } from './period'
import { texts } from './texts'
import './figures.css'

const loadPanels = () => import('./panels')

/** What was looked at last is looked at again when the head comes back from a consultation. */
const period = signal<Period>('quarter')
const own = signal<Days>({ from: '', to: '' })
const who = signal('')

/** How long the server may take to count what has just changed. */
const soon = 15_000

/** The figures of the department that the frame shows, for whoever runs it. */
export default function FiguresScreen(_: ScreenProps) {
  const t = texts()
  const d = department.value
  return (
    <Page title={t.title}>
      {d && can('figures.read', d) ? <Shown key={d.id} department={d} /> : <p class="empty">{t.noRight}</p>}
    </Page>
  )
}

function Shown({ department: d }: { department: Department }) {
  const t = texts()
  const days = daysOf(period.value, own.value, today(d.timezone))
  useEffect(
    () => () => {
      who.value = ''
    },
    [],
  )
  return (
    <>
      <Choices<Period>
        name="period"
        label={t.period}
        value={period.value}
        options={(['month', 'quarter', 'year', 'own'] as const).map((value) => ({ value, label: t[value] }))}
        onChange={(value) => {
          if (value === 'own' && days) own.value = days
          period.value = value
        }}
      />
      {period.value === 'own' && <Own missing={!days} />}
      {days && <Loaded department={d} days={days} />}
    </>
  )
}

function Own({ missing }: { missing: boolean }) {
  const t = texts()
  const field = (name: 'from' | 'to') => (
    <TextField
      name={name}
      type="date"
      label={t[name]}
      value={own.value[name]}
      error={missing && name === 'to' ? t.ownWrong : undefined}
      onInput={(value) => {
        own.value = { ...own.value, [name]: value }
      }}
    />
  )
  return (
    <>
      <div class="pair">
        {field('from')}
        {field('to')}
      </div>
      <p class="hint">{t.ownHint}</p>
    </>
  )
}

function Loaded({ department: d, days }: { department: Department; days: Days }) {
  const t = texts()
  const query = new URLSearchParams({ departmentId: d.id, from: days.from, to: days.to })
  if (who.value) query.set('practitionerId', who.value)
  const reading = useRead<Answer>(`/figures?${query}`)
  // Those of before stay until the others have come: an open table stays open.
  const last = useRef<Answer | undefined>(undefined)
  if (reading.data) last.current = reading.data
  const figures = reading.failure ? reading.data : last.current
  const pending = figures?.pendingSince
  useEffect(() => {
    if (!pending || reading.loading) return
    const timer = setTimeout(() => void reading.reload(), soon)
    return () => clearTimeout(timer)
  }, [pending, reading.loading, reading.reload])
  return (
    <>
      <SelectField
        name="practitionerId"
        label={t.who}
        value={who.value}
        options={[
          { value: '', label: t.everybody },
          ...(last.current?.practitioners ?? []).map((p) => ({ value: p.id, label: p.name })),
        ]}
        onChange={(id) => {
          who.value = id
        }}
      />
      <div class="line">
        <span class="muted" id="figures-export">
          {t.export}
        </span>
        {['csv', 'xlsx'].map((format) => (
          <a
            key={format}
            class="btn"
            href={`${root}/figures/export?${query}&format=${format}`}
            download
            aria-describedby="figures-export"
          >
            <Icon name="download" />
            {format.toUpperCase()}
          </a>
        ))}
      </div>
      <Seen reading={reading} zone={d.timezone} />
      {pending && <Banner icon="hourglass">{t.pending(showMoment(pending, d.timezone))}</Banner>}
      {figures && (
        <div class="stack" aria-busy={reading.data ? 'false' : 'true'}>
          <p class="muted">{t.weeksOf(showDate(figures.from), showDate(figures.to))}</p>
          {figures.total.planned > 0 ? (
            <Lazy load={loadPanels} props={{ figures, everybody: who.value === '' }} />
          ) : (
            <Empty />
          )}
        </div>
      )}
    </>
  )
}

function Empty() {
  const t = texts()
  return (
    <div class="empty stack">
      <p>{t.empty}</p>
      <p>{t.emptyTodo}</p>
      <p>
        <a class="btn" href="/schedule">
          <Icon name="calendar-plus" />
          {t.plan}
        </a>
      </p>
    </div>
  )
}

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { department, onLeave } from '../../api/session'
import type { CodingState, Department } from '../../api/types'
import { addDays, today } from '../../i18n/dates'
import type { ScreenProps } from '../../routes'
import { Choices } from '../../ui/choice'
import { TextField } from '../../ui/field'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { Queue } from './queue'
import { texts } from './texts'
import './coding.css'

type Shown = CodingState | 'exports'

const shown = signal<Shown>('to-code')
/** The first and the last day, undefined for the month that ends today. */
const from = signal<string | undefined>(undefined)
const to = signal<string | undefined>(undefined)
onLeave(() => {
  shown.value = 'to-code'
  from.value = to.value = undefined
})

const loadExports = () => import('./exports')

/** The acts of some days, coded one key at a time. */
export default function Coding(_: ScreenProps) {
  const d = department.value
  if (!d) return null
  return (
    <Page title={texts().title}>
      <Screen key={d.id} department={d} />
    </Page>
  )
}

function Screen({ department: d }: { department: Department }) {
  const t = texts()
  const last = to.value ?? today(d.timezone)
  const first = from.value ?? addDays(last, -30)
  const filter = (counts: Partial<Record<CodingState, number>>): ComponentChildren => (
    <Choices<Shown>
      name="state"
      label={<span class="visually-hidden">{t.show}</span>}
      value={shown.value}
      options={(Object.keys(t.filter) as Shown[]).map((value) => ({
        value,
        label: (
          <>
            {t.filter[value]}{' '}
            {value !== 'exports' && counts[value] !== undefined && <span class="num">{counts[value]}</span>}
          </>
        ),
      }))}
      onChange={(v) => {
        shown.value = v
      }}
    />
  )
  if (shown.value === 'exports')
    return (
      <>
        {filter({})}
        <Lazy load={loadExports} props={{ department: d }} />
      </>
    )
  return (
    <>
      <div class="pair">
        <TextField
          name="from"
          type="date"
          label={t.from}
          value={first}
          onInput={(v) => {
            if (v) from.value = v
          }}
        />
        <TextField
          name="to"
          type="date"
          label={t.to}
          value={last}
          onInput={(v) => {
            if (v) to.value = v
          }}
        />
      </div>
      <Queue
        key={`${first} ${last} ${shown.value}`}
        department={d}
        from={first}
        to={last}
        state={shown.value}
        filter={filter}
      />
    </>
  )
}

import { signal } from '@preact/signals'
import { usePages } from '../../api/pages'
import { department, me } from '../../api/session'
import type { EncounterRow } from '../../api/types'
import { common } from '../../i18n/common'
import { dayOf, showMoment, showShortDay, timeOf } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { words } from '../../i18n/words'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Icon } from '../../ui/icon'
import { Page } from '../../ui/page'
import { encounterHref, patientName, practitionerName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { useSlices } from '../../ui/slices'
import fr from './texts.fr'
import './worklist.css'

const texts = table(fr, () => import('./texts.en'))

/** mine: what waits for this person, as the server tells it by role; all, every: department(s). */
type Whose = 'mine' | 'all' | 'every'
const whose = signal<Whose>('all')

function Item({ row, zone, current }: { row: EncounterRow; zone: string; current: boolean }) {
  const t = texts()
  const w = words()
  const day = dayOf(row.plannedStart, zone)
  const due = row.dueAt ? showMoment(row.dueAt, zone) : undefined
  return (
    <li>
      <a class="row missing" href={encounterHref(row.id)} aria-current={current ? 'true' : undefined}>
        <div>
          <p class="who">
            {row.nextStep ? w.step[row.nextStep] : w.complete} · <span class="normal">{w.acts[row.actsNext]}</span>
          </p>
          <p>{patientName(row.patient)}</p>
          <p class="small muted">
            {showShortDay(day)} {timeOf(row.plannedStart, zone)} · {practitionerName(row.practitioner)} ·{' '}
            {w.tool[row.tool]}
          </p>
          <p class={row.late ? 'small late' : 'small muted'}>
            {row.late && <Icon name="clock" />}
            {due ? (row.late ? t.lateSince(due) : t.due(due)) : t.noDue}
          </p>
        </div>
        <Icon name="chevron-right" />
      </a>
    </li>
  )
}

interface ListProps {
  path: string
  topics: readonly string[]
  zone: string
  currentId: string | undefined
}

function List({ path, topics, zone, currentId }: ListProps) {
  const t = texts()
  const reading = usePages<EncounterRow>(path, topics)
  const rows = reading.items ?? []
  const shown = useSlices(rows)
  const groups = [
    { title: t.late, rows: shown.filter((row) => row.late) },
    { title: t.coming, rows: shown.filter((row) => !row.late) },
  ]
  return (
    <>
      <Seen reading={reading} zone={zone} />
      {reading.items && rows.length === 0 && (
        <p class="empty">
          <Icon name="circle-check" />
          <br />
          {t.empty}
        </p>
      )}
      {groups
        .filter((group) => group.rows.length > 0)
        .map((group) => (
          <section key={group.title} class="stack">
            <h2>{group.title}</h2>
            <ul class="rows">
              {group.rows.map((row) => (
                <Item key={row.id} row={row} zone={zone} current={row.id === currentId} />
              ))}
            </ul>
          </section>
        ))}
      {reading.more && (
        <Button busy={reading.loading} onClick={() => void reading.more?.()}>
          {common().more}
        </Button>
      )}
    </>
  )
}

export default function Worklist({ params, pane }: ScreenProps) {
  const t = texts()
  const d = department.value
  if (!d) return null
  const several = (me.value?.departments.length ?? 0) > 1
  const query = new URLSearchParams()
  if (whose.value !== 'every') query.set('departmentId', d.id)
  if (whose.value === 'mine') query.set('mine', 'true')
  const path = `/worklists/missing?${query}`
  const all = me.value?.departments ?? []
  const topics = (whose.value === 'every' ? all : [d]).map((one) => `department:${one.id}`)
  const options: { value: Whose; label: string }[] = [
    { value: 'all', label: t.all },
    { value: 'mine', label: t.mine },
  ]
  if (several) options.push({ value: 'every', label: t.every })
  return (
    <Page title={t.title} pane={pane ?? false}>
      <p class="muted">{t.intro}</p>
      <Choices<Whose>
        name="whose"
        label={<span class="visually-hidden">{t.whose}</span>}
        value={whose.value}
        options={options}
        onChange={(v) => {
          whose.value = v
        }}
      />
      <List key={path} path={path} topics={topics} zone={d.timezone} currentId={params.id} />
    </Page>
  )
}

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { usePages } from '../../api/pages'
import { useRead } from '../../api/read'
import { can, department, me } from '../../api/session'
import type { Department, EncounterRow, Page as Listed, Unreached } from '../../api/types'
import { common } from '../../i18n/common'
import { dayOf, showMoment, showShortDay, timeOf } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { words } from '../../i18n/words'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { encounterHref, patientName, practitionerName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { useSlices } from '../../ui/slices'
import { unreachedPath } from './paths'
import fr from './texts.fr'
import './worklist.css'

const texts = table(fr, () => import('./texts.en'))
const loadUnreached = () => import('./unreached')

/**
 * mine: what waits for this person, as the server tells it by role; all, every: department(s);
 * unreached: the people whom no message has reached.
 */
type Whose = 'mine' | 'all' | 'every' | 'unreached'
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
  return (
    <Page
      title={t.title}
      pane={pane ?? false}
      aside={
        can('figures.read', d) && (
          <a class="btn" href="/figures">
            {t.figures}
          </a>
        )
      }
    >
      <Filter department={d} />
      {whose.value === 'unreached' ? (
        <Lazy key={d.id} load={loadUnreached} props={{ department: d }} />
      ) : (
        <Missing department={d} currentId={params.id} />
      )}
    </Page>
  )
}

/** Whose steps are shown; how many people no message has reached stands on its chip. */
function Filter({ department: d }: { department: Department }) {
  const t = texts()
  const reading = useRead<Listed<Unreached>>(unreachedPath(d.id), { topics: [`department:${d.id}`] })
  const count = reading.data?.items.length ?? 0
  const options: { value: Whose; label: ComponentChildren }[] = [
    { value: 'all', label: t.all },
    { value: 'mine', label: t.mine },
  ]
  if ((me.value?.departments.length ?? 0) > 1) options.push({ value: 'every', label: t.every })
  options.push({
    value: 'unreached',
    label: (
      <>
        {t.unreached} {count > 0 && <span class="badge bad">{count}</span>}
      </>
    ),
  })
  return (
    <Choices<Whose>
      name="whose"
      label={<span class="visually-hidden">{t.whose}</span>}
      value={whose.value}
      options={options}
      onChange={(v) => {
        whose.value = v
      }}
    />
  )
}

function Missing({ department: d, currentId }: { department: Department; currentId: string | undefined }) {
  const query = new URLSearchParams()
  if (whose.value !== 'every') query.set('departmentId', d.id)
  if (whose.value === 'mine') query.set('mine', 'true')
  const path = `/worklists/missing?${query}`
  const all = me.value?.departments ?? []
  const topics = (whose.value === 'every' ? all : [d]).map((one) => `department:${one.id}`)
  return (
    <>
      <p class="muted">{texts().intro}</p>
      <List key={path} path={path} topics={topics} zone={d.timezone} currentId={currentId} />
    </>
  )
}

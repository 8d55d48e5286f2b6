import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { usePages } from '../../api/pages'
import { can } from '../../api/session'
import type { Department, EncounterRow } from '../../api/types'
import { common } from '../../i18n/common'
import { timeOf } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { Consent, encounterHref, Presence, patientName, practitionerName, Row } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { useSlices } from '../../ui/slices'
import { texts } from './texts'
import { isOver, isWaiting } from './waiting'

/** Says who came, once, to those who do not see the list move. */
function useArrivals(rows: readonly EncounterRow[] | undefined): void {
  const before = useRef<Set<string> | undefined>(undefined)
  useEffect(() => {
    if (!rows) return
    const present = rows.filter(isWaiting)
    const known = before.current
    if (known) for (const row of present) if (!known.has(row.id)) announce(texts().arrived(patientName(row.patient)))
    before.current = new Set(present.map((row) => row.id))
  }, [rows])
}

/** The code of the button comes with the first patient who waits. */
const loadStart = () => import('../../ui/start').then((m) => ({ default: m.StartButton }))

function Waiting({ row, department }: { row: EncounterRow; department: Department }) {
  const t = texts()
  const { route } = useLocation()
  const running = row.status === 'in-progress'
  return (
    <li class="arrival">
      <div class="line between">
        <p class="name">{patientName(row.patient)}</p>
        {running ? <span class="badge ok">{t.inProgress}</span> : <Presence presence={row.presence} />}
      </div>
      <p class="small">
        {t.planned(timeOf(row.plannedStart, department.timezone))} · {practitionerName(row.practitioner)} ·{' '}
        {words().tool[row.tool]}
      </p>
      {!running && (
        <div class="line">
          <Consent consent={row.consent} />
        </div>
      )}
      {!running && can('encounter.hold', department) && (
        <div class="start-slot">
          <Lazy load={loadStart} props={{ row, wide: true, onStarted: () => route(encounterHref(row.id)) }} />
        </div>
      )}
      <a class="btn wide" href={encounterHref(row.id)}>
        {t.open}
        <Icon name="chevron-right" />
      </a>
    </li>
  )
}

interface Props {
  path: string
  department: Department
  mine: boolean
  currentId: string | undefined
}

export function DayList({ path, department, mine, currentId }: Props) {
  const t = texts()
  const zone = department.timezone
  const reading = usePages<EncounterRow>(path, [`department:${department.id}`])
  const rows = reading.items ?? []
  useArrivals(reading.items)
  const waiting = rows.filter(isWaiting)
  const first = [...waiting, ...rows.filter((row) => row.status === 'in-progress')]
  const shown = useSlices(rows.filter((row) => !first.includes(row)))
  const groups = [
    { title: t.coming, rows: shown.filter((row) => !isOver(row)) },
    { title: t.past, rows: shown.filter(isOver) },
  ].filter((group) => group.rows.length > 0)
  return (
    <>
      <Seen reading={reading} zone={zone} />
      {first.length > 0 && (
        <section class="stack" aria-labelledby="waiting">
          <h2 id="waiting">{waiting.length > 0 ? t.waiting(waiting.length) : t.inProgress}</h2>
          <ul class="stack">
            {first.map((row) => (
              <Waiting key={row.id} row={row} department={department} />
            ))}
          </ul>
        </section>
      )}
      {reading.items && rows.length === 0 && (
        <p class="empty">
          <Icon name="calendar-days" />
          <br />
          {mine ? t.emptyMine : t.emptyAll}
        </p>
      )}
      {groups.map((group) => (
        <section key={group.title} class="stack" aria-label={group.title}>
          {groups.length > 1 && <h2>{group.title}</h2>}
          <ul class="rows">
            {group.rows.map((row) => (
              <li key={row.id}>
                <Row row={row} zone={zone} current={row.id === currentId} />
              </li>
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

import { signal } from '@preact/signals'
import { useLocation } from 'preact-iso/router'
import { can, department, me } from '../../api/session'
import type { Department } from '../../api/types'
import { now } from '../../i18n/clock'
import { addDays, daysBetween, showDay, today } from '../../i18n/dates'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Icon } from '../../ui/icon'
import { Page } from '../../ui/page'
import { DayList } from './day-list'
import { texts } from './texts'
import './agenda.css'

type Whose = 'mine' | 'all'

/** A practitioner looks at their own day first, a secretary at the department's. */
const whose = signal<Whose | undefined>(undefined)

function DayNavigation({ day, zone }: { day: string; zone: string }) {
  const t = texts()
  const { route } = useLocation()
  const current = today(zone, now.value)
  const near: Record<number, string> = { [-1]: t.yesterday, 0: t.today, 1: t.tomorrow }
  const go = (to: string) => route(to === current ? '/' : `/?date=${to}`)
  return (
    <div class="day-nav">
      <Button kind="quiet" icon="chevron-left" label={t.before} onClick={() => go(addDays(day, -1))} />
      <div class="day-name">
        <p class="who">{near[daysBetween(current, day)] ?? showDay(day, { weekday: 'long' })}</p>
        <p class="small muted">{showDay(day)}</p>
        <input
          type="date"
          aria-label={t.date}
          value={day}
          onClick={(e) => e.currentTarget.showPicker?.()}
          onChange={(e) => e.currentTarget.value && go(e.currentTarget.value)}
        />
      </div>
      <Button kind="quiet" icon="chevron-right" label={t.after} onClick={() => go(addDays(day, 1))} />
    </div>
  )
}

function isPractitioner(d: Department): boolean {
  return d.roles.includes('practitioner')
}

export default function Agenda({ params, pane }: ScreenProps) {
  const t = texts()
  const { query } = useLocation()
  const d = department.value
  if (!d) return null
  const zone = d.timezone
  const day = /^\d{4}-\d{2}-\d{2}$/.test(query.date ?? '') ? (query.date ?? '') : today(zone, now.value)
  const shown: Whose = isPractitioner(d) ? (whose.value ?? 'mine') : 'all'
  const filter = shown === 'mine' ? `&practitionerId=${me.value?.staff.id ?? ''}` : ''
  const path = `/worklists/day?departmentId=${d.id}&date=${day}${filter}`
  return (
    <Page
      title={t.title}
      pane={pane ?? false}
      aside={
        can('encounter.schedule', d) && (
          <a class="btn square" href={`/schedule?date=${day}`} aria-label={t.schedule} title={t.schedule}>
            <Icon name="calendar-plus" />
          </a>
        )
      }
    >
      <DayNavigation day={day} zone={zone} />
      {isPractitioner(d) && (
        <Choices<Whose>
          name="whose"
          label={<span class="visually-hidden">{t.whose}</span>}
          value={shown}
          options={[
            { value: 'mine', label: t.mine },
            { value: 'all', label: t.all },
          ]}
          onChange={(v) => {
            whose.value = v
          }}
        />
      )}
      <DayList key={path} path={path} department={d} mine={shown === 'mine'} currentId={params.id} />
    </Page>
  )
}

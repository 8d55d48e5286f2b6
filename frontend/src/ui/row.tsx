import type { EncounterRow } from '../api/types'
import { now } from '../i18n/clock'
import { minutesSince, showDate, timeOf } from '../i18n/dates'
import { words } from '../i18n/words'
import { Icon } from './icon'

export function patientName(patient: { familyName: string; givenName: string }): string {
  return `${patient.familyName.toLocaleUpperCase('fr')} ${patient.givenName}`
}

export function practitionerName(p: { title: string; familyName: string; givenName: string }): string {
  return [p.title, p.givenName, p.familyName].filter(Boolean).join(' ')
}

export function encounterHref(id: string): string {
  return `/encounters/${id}`
}

export function Presence({ presence }: { presence: EncounterRow['presence'] }) {
  if (!presence) return null
  const w = words()
  const minutes = minutesSince(presence.since, now.value)
  if (presence.state === 'present')
    return (
      <span class="badge ok">
        <Icon name="user-round" />
        {w.waits(minutes)}
      </span>
    )
  if (presence.state === 'in-meeting')
    return (
      <span class="badge ok">
        <Icon name="video" />
        {w.inMeeting}
      </span>
    )
  return (
    <span class="badge warn">
      <Icon name="user-round" />
      {w.away(minutes)}
    </span>
  )
}

export function Consent({ consent }: { consent: EncounterRow['consent'] }) {
  const tone = consent === 'agreed' ? 'ok' : consent === 'unknown' ? '' : 'bad'
  const icon = consent === 'agreed' ? 'check' : consent === 'unknown' ? 'hourglass' : 'x'
  return (
    <span class={`badge ${tone}`}>
      <Icon name={icon} />
      {words().consent[consent]}
    </span>
  )
}

function Next({ row }: { row: EncounterRow }) {
  const w = words()
  if (row.status === 'cancelled' && !row.nextStep) return <p class="small muted">{w.status.cancelled}</p>
  if (!row.nextStep)
    return (
      <p class="small line">
        <Icon name="circle-check" /> {w.complete}
      </p>
    )
  return (
    <p class="small">
      {w.step[row.nextStep]} <span class="muted">· {w.acts[row.actsNext]}</span>
    </p>
  )
}

interface Props {
  row: EncounterRow
  zone: string
  current?: boolean
  showBirthDate?: boolean
  /** What stands in the first column instead of the time. */
  when?: string
}

/** One encounter in a list: time, patient, what is next and who does it. */
export function Row({ row, zone, current, showBirthDate, when }: Props) {
  const w = words()
  const off = row.status === 'cancelled' || (row.status === 'finished' && !row.nextStep)
  return (
    <a href={encounterHref(row.id)} class={off ? 'row off' : 'row'} aria-current={current ? 'true' : undefined}>
      <span class="when">{when ?? timeOf(row.plannedStart, zone)}</span>
      <div>
        <p class="who">
          {patientName(row.patient)}
          {showBirthDate && <span class="small muted"> {w.born(showDate(row.patient.birthDate))}</span>}
        </p>
        <p class="small muted">
          {practitionerName(row.practitioner)} · {w.tool[row.tool]}
        </p>
        <div class="facts">
          {row.status === 'in-progress' && (
            <span class="badge ok">
              <Icon name="play" />
              {w.inProgress}
            </span>
          )}
          {row.status === 'cancelled' && <span class="badge">{w.status.cancelled}</span>}
          {row.status !== 'finished' && row.status !== 'cancelled' && <Presence presence={row.presence} />}
          {(row.status === 'planned' || row.status === 'arrived' || row.consent === 'refused') && (
            <Consent consent={row.consent} />
          )}
          {row.late && (
            <span class="badge bad">
              <Icon name="clock" />
              {w.late}
            </span>
          )}
        </div>
        <Next row={row} />
      </div>
      <Icon name="chevron-right" />
    </a>
  )
}

import type { Encounter } from '../../api/types'
import { dayOf, showDate, showDay, timeOf } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Icon } from '../../ui/icon'
import { Consent, Presence, practitionerName } from '../../ui/row'
import { texts } from './texts'

function Protection({ encounter }: { encounter: Encounter }) {
  const { protection, representative } = encounter.patient
  if (protection === 'none') return null
  const t = texts()
  return (
    <p class="line">
      <Icon name="shield-check" />
      {t[protection]}
      {representative && <span class="muted">{t.representative(representative.name)}</span>}
    </p>
  )
}

/** Who, when, with whom, by what: the head of the page. */
export function Facts({ encounter, zone }: { encounter: Encounter; zone: string }) {
  const t = texts()
  const w = words()
  const { patient } = encounter
  const running = encounter.status === 'planned' || encounter.status === 'arrived'
  const mobile = patient.representative?.mobile || patient.mobile
  return (
    <section class="card stack tight">
      <p class="when-line">
        <span class="num">{showDay(dayOf(encounter.plannedStart, zone))}</span>,{' '}
        <span class="num">{t.from(timeOf(encounter.plannedStart, zone), timeOf(encounter.plannedEnd, zone))}</span>
      </p>
      <p>
        {practitionerName(encounter.practitioner)} · {w.tool[encounter.tool]}
        {encounter.toolReason && <span class="muted small"> ({encounter.toolReason})</span>}
      </p>
      <p class="muted">
        {w.born(showDate(patient.birthDate))}
        {patient.ipp && ` · IPP ${patient.ipp}`}
      </p>
      <Protection encounter={encounter} />
      <div class="line">
        {running ? (
          <>
            <Consent consent={encounter.consent} />
            <Presence presence={encounter.presence} />
          </>
        ) : (
          <Status encounter={encounter} zone={zone} />
        )}
      </div>
      {mobile && (running || encounter.status === 'in-progress') && encounter.modality === 'telephone' && (
        <a class="btn" href={`tel:${mobile}`}>
          <Icon name="phone" />
          {t.call} {mobile}
        </a>
      )}
    </section>
  )
}

function Status({ encounter, zone }: { encounter: Encounter; zone: string }) {
  const t = texts()
  const w = words()
  if (encounter.status === 'cancelled')
    return (
      <span class="badge">{encounter.cancelReason ? t.cancelled[encounter.cancelReason] : w.status.cancelled}</span>
    )
  return (
    <>
      <span class={encounter.status === 'in-progress' ? 'badge ok' : 'badge'}>{w.status[encounter.status]}</span>
      <span class="muted small num">
        {encounter.startedAt && t.started(timeOf(encounter.startedAt, zone))}
        {encounter.finishedAt && `, ${t.finished(timeOf(encounter.finishedAt, zone))}`}
      </span>
    </>
  )
}

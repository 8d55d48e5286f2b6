import { useRead } from '../../api/read'
import { can } from '../../api/session'
import type { Department, Unreached as Item, Page } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { ContactTaskBody } from '../../ui/contact-task'
import { Icon } from '../../ui/icon'
import { encounterHref, patientName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { unreachedPath } from './paths'
import fr from './unreached-texts.fr'

const texts = table(fr, () => import('./unreached-texts.en'))

/** The people whom no message has reached: what happened, whom to telephone, what to correct. */
export default function Unreached({ department }: { department: Department }) {
  const t = texts()
  const zone = department.timezone
  const reading = useRead<Page<Item>>(unreachedPath(department.id), { topics: [`department:${department.id}`] })
  const items = reading.data?.items
  return (
    <>
      <p class="muted">{t.intro}</p>
      <Seen reading={reading} zone={zone} />
      {items?.length === 0 && (
        <p class="empty">
          <Icon name="circle-check" />
          <br />
          {t.empty}
        </p>
      )}
      <ul class="stack">
        {items?.map((item) => (
          <li key={item.encounterId} class="card stack task">
            <div>
              <h2>{patientName(item.patient)}</h2>
              <p class="small">{t.planned(showMoment(item.plannedStart, zone))}</p>
            </div>
            <ContactTaskBody
              encounterId={item.encounterId}
              task={item}
              zone={zone}
              mayCall={can('message.send', department)}
              mayCorrect={can('encounter.schedule', department)}
            />
            <a class="btn wide" href={encounterHref(item.encounterId)}>
              {t.open}
              <Icon name="chevron-right" />
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

import { useRead } from '../../api/read'
import type { Department, Drops, Encounter } from '../../api/types'
import { Icon } from '../../ui/icon'
import { Seen } from '../../ui/seen'
import { DropCard, DropLine } from './drop-card'
import { LeaveDocument } from './drop-leave'
import { dropTexts } from './drop-texts'

/** The documents that wait for a patient, encrypted: one at a time, with its receipt. */
export default function DropPanel({ encounter, department }: { encounter: Encounter; department: Department }) {
  const t = dropTexts()
  const reading = useRead<Drops>(`/encounters/${encounter.id}/drops`, {
    topics: [`encounter:${encounter.id}`, `drops:${encounter.id}`],
  })
  const drops = reading.data
  const standing = drops?.items.find((d) => d.state === 'standing')
  const earlier = drops?.items.filter((d) => d !== standing) ?? []
  return (
    <section class="stack" aria-label={t.title}>
      <p class="muted">{t.why}</p>
      <Seen reading={reading} zone={department.timezone} />
      {drops && <LeaveDocument encounter={encounter} drops={drops} standing={standing} />}
      {standing && <DropCard key={standing.id} drop={standing} encounter={encounter} zone={department.timezone} />}
      {earlier.length > 0 && (
        <details>
          <summary class="turn">
            <Icon name="chevron-right" />
            {t.earlier}
          </summary>
          <ul class="timeline">
            {earlier.map((d) => (
              <DropLine key={d.id} drop={d} zone={department.timezone} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

import { useRead } from '../../api/read'
import type { HistoryEntry, Page } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Seen } from '../../ui/seen'
import { messagesTexts } from './messages-texts'

/** Who did and saw what, as the trace has it. */
export default function History({ id, zone }: { id: string; zone: string }) {
  const t = messagesTexts()
  const reading = useRead<Page<HistoryEntry>>(`/encounters/${id}/history`, { topics: [`history:${id}`] })
  return (
    <>
      <Seen reading={reading} zone={zone} />
      <ol class="timeline">
        {reading.data?.items.map((entry) => (
          <li key={entry.at + entry.action}>
            <p lang="fr">{entry.sentence}</p>
            <p class="small muted">
              {showMoment(entry.at, zone)} · {entry.actorName ?? t.actor[entry.actorKind]}
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

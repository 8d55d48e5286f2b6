import { encounterHref } from '../../ui/row'
import { reviewTexts } from './review-texts'
import { sentTexts } from './sent-texts'
import type { BatchRow, RowDelivery } from './types'

const answerTones = { agreed: 'ok', declined: 'bad', none: '' } as const

function Delivery({ delivery: d }: { delivery: RowDelivery }) {
  const t = sentTexts()
  const words: Readonly<Record<string, string>> = t.word
  const tone = d.state === 'failed' ? 'bad' : d.state === 'delivered' || d.state === 'read' ? 'ok' : ''
  return (
    <>
      <span class="line tight">
        <span class={`badge ${tone}`}>{t.state[d.state]}</span>
        {['sent', 'delivered', 'read'].includes(d.state) && (
          <span class={`badge ${answerTones[d.answer]}`}>{t.answer[d.answer]}</span>
        )}
      </span>
      <span class="small muted">
        {d.channels
          .map((c) =>
            d.channels.length > 1 ? `${t.channel[c.channel]} : ${words[c.word] ?? c.word}` : t.channel[c.channel],
          )
          .join(', ')}
      </span>
    </>
  )
}

/** What became of the row: how far its messages came, and the answer. */
export function SentMessage({ row }: { row: BatchRow }) {
  const t = sentTexts()
  if (row.delivery) return <Delivery delivery={row.delivery} />
  return <span class="badge">{t.row[row.state]}</span>
}

export function SentChoice({ row }: { row: BatchRow }) {
  if (!row.encounterId) return null
  return (
    <a
      class="btn quiet"
      href={encounterHref(row.encounterId)}
      aria-label={sentTexts().open + reviewTexts().ofLine(String(row.line))}
    >
      <span class="small">{sentTexts().open}</span>
    </a>
  )
}

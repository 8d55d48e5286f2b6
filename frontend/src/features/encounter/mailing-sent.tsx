import type { Mailing } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { useMailing } from './mailing-send'
import { mailingTexts } from './mailing-texts'

const tones = { sent: '', delivered: 'ok', failed: 'bad' } as const

/** What was mailed, and what became of it. */
export function Sent({
  items,
  zone,
  path,
  told,
}: {
  items: readonly Mailing[]
  zone: string
  path: string
  told: () => void
}) {
  const t = mailingTexts()
  if (items.length === 0) return null
  return (
    <section class="stack">
      <h3>{t.history}</h3>
      <ul class="rows plain">
        {items.map((m) => (
          <li key={m.id} class="stack">
            <p class="headline">
              <span class="address">{m.addresseeName || m.address}</span>{' '}
              <span class={`badge ${tones[m.state]}`}>
                {m.state === 'sent' && m.leaving ? t.leaving : t.state[m.state]}
              </span>
            </p>
            <p class="small">
              {m.proof} {m.explanation} {m.readAt && t.read(showMoment(m.readAt, zone))}
            </p>
            <p class="small muted">
              {t.by(m.sentBy, showMoment(m.sentAt, zone))}{' '}
              {m.riskAcceptedBy &&
                m.riskAcceptedHow &&
                t.accepted(m.riskAcceptedBy, t.hows[m.riskAcceptedHow].toLowerCase())}
            </p>
            {m.state === 'failed' && <p class="small">{t.another}</p>}
            {m.passwordBy === 'telephone' && !m.passwordToldAt && m.state !== 'failed' && (
              <Told path={`${path}/${m.id}/password-told`} done={told} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Told({ path, done }: { path: string; done: () => void }) {
  const t = mailingTexts()
  const command = useMailing(path)
  return (
    <>
      <p class="small">{t.lost}</p>
      <FailureSummary failure={command.failure} />
      <Button
        icon="phone"
        busy={command.busy}
        onClick={async () => {
          if (!(await command.tell())) return
          announce(t.toldRecorded)
          done()
        }}
      >
        {t.told}
      </Button>
    </>
  )
}

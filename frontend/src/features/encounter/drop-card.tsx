import { useSignal } from '@preact/signals'
import { type Command, useCommand } from '../../api/command'
import { refreshTopics } from '../../api/read'
import type { Drop, Encounter } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { sizeOf } from './drop-leave'
import { dropTexts } from './drop-texts'

function Receipt({ drop, zone }: { drop: Drop; zone: string }) {
  const t = dropTexts()
  return (
    <details>
      <summary class="turn">
        <Icon name="chevron-right" />
        {t.receipt}
      </summary>
      <ul class="timeline">
        {drop.events.map((e, i) => (
          <li key={i}>
            {showMoment(e.at, zone)} : {t.event[e.kind]}
            {e.by && `, ${e.by}`}
          </li>
        ))}
      </ul>
    </details>
  )
}

function way(message: Drop['link']): string {
  const t = dropTexts()
  return message ? `${t.channel[message.channel]} ${message.recipient} (${t.word[message.word]})` : ''
}

/** The document that waits. */
export function DropCard({ drop, encounter, zone }: { drop: Drop; encounter: Encounter; zone: string }) {
  const t = dropTexts()
  const path = `/encounters/${encounter.id}/drops/${drop.id}`
  const unlock = useCommand<undefined, undefined>('POST', `${path}/unlock`)
  const revoke = useCommand<undefined, undefined>('POST', `${path}/revoke`)
  const sure = useSignal(false)
  const run = async (command: Command<undefined, undefined>) => {
    await command.run(undefined)
    refreshTopics([`drops:${encounter.id}`, `history:${encounter.id}`])
  }
  return (
    <div class="card stack">
      {drop.locked ? (
        <Banner
          tone="bad"
          icon="triangle-alert"
          urgent
          action={
            <Button busy={unlock.busy} onClick={() => void run(unlock)}>
              {t.unlock}
            </Button>
          }
        >
          {t.locked}
        </Banner>
      ) : drop.fetchedAt ? (
        <Banner tone="ok" icon="circle-check">
          {t.fetched(showMoment(drop.fetchedAt, zone))}
        </Banner>
      ) : (
        <Banner icon="hourglass">{t.notFetched}</Banner>
      )}
      <dl class="facts-table">
        <dt>{t.document}</dt>
        <dd>
          {t.kind[drop.mediaType]}, {sizeOf(drop.size)}, {t.by(drop.createdBy, showMoment(drop.createdAt, zone))}
        </dd>
        <dt>{t.link}</dt>
        <dd>{way(drop.link)}</dd>
        <dt>{t.password}</dt>
        <dd>
          {!drop.byTelephone
            ? way(drop.password)
            : drop.toldAt
              ? t.toldAt(showMoment(drop.toldAt, zone))
              : t.byTelephone}
        </dd>
        <dt>{t.until}</dt>
        <dd>{showMoment(drop.expiresAt, zone)}</dd>
        <dt>{t.uses}</dt>
        <dd>
          {t.downloads(drop.downloadsLeft)}, {t.tries(drop.triesLeft)}
        </dd>
      </dl>
      <Receipt drop={drop} zone={zone} />
      <FailureSummary failure={unlock.failure ?? revoke.failure} />
      {sure.value ? (
        <Banner tone="warn" icon="triangle-alert">
          <p>{t.revokeSure}</p>
          <div class="actions">
            <Button kind="danger" icon="trash-2" busy={revoke.busy} onClick={() => void run(revoke)}>
              {t.revokeYes}
            </Button>
            <Button
              onClick={() => {
                sure.value = false
              }}
            >
              {t.revokeNo}
            </Button>
          </div>
        </Banner>
      ) : (
        <div class="actions">
          <Button
            icon="trash-2"
            onClick={() => {
              sure.value = true
            }}
          >
            {t.revoke}
          </Button>
        </div>
      )}
      <p class="hint">{t.lost}</p>
    </div>
  )
}

/** A document that does not wait any more. */
export function DropLine({ drop, zone }: { drop: Drop; zone: string }) {
  const t = dropTexts()
  return (
    <li>
      {t.kind[drop.mediaType]}, {t.by(drop.createdBy, showMoment(drop.createdAt, zone))} : {t.state[drop.state]}
      {drop.fetchedAt && <div>{t.fetched(showMoment(drop.fetchedAt, zone))}</div>}
      <Receipt drop={drop} zone={zone} />
    </li>
  )
}

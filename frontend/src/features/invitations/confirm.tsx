import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError } from '../../api/error'
import { addDays, dayOf, timeOf, today } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { changes, sentence } from './sentence'
import { settingsTexts } from './settings-texts'
import type { BatchHead, Summary } from './types'

interface Props {
  head: BatchHead
  zone: string
  /** Reads the list again. */
  reload: () => Promise<void>
  onSent: (head: BatchHead) => void
  onClose: () => void
}

function local(instant: string | number, zone: string): string {
  return `${dayOf(instant, zone)}T${timeOf(instant, zone)}`
}

/** The last look: one sentence, now or later, and the number of people on the button. */
export default function Confirm({ head, zone, reload, onSent, onClose }: Props) {
  const t = settingsTexts()
  const command = useCommand<{ revision: number; at?: string }, BatchHead>('POST', `/batches/${head.id}/send`)
  // While the rest of the list waits for its hour, a row corrected since goes with it.
  const hour = head.sendAt && Date.parse(head.sendAt) > Date.now() ? head.sendAt : undefined
  const when = useSignal<'now' | 'later'>(hour ? 'later' : 'now')
  const at = useSignal(hour ? local(hour, zone) : `${addDays(today(zone), 1)}T08:00`)
  const error = useSignal<string | undefined>(undefined)
  /** What was on screen when the server said that the list is another by now. */
  const before = useSignal<Summary | undefined>(undefined)
  const { failure } = command
  const conflict = failure instanceof ApiError && failure.code === 'batch_changed'
  const { people } = head.summary

  async function send(event: Event): Promise<void> {
    event.preventDefault()
    const later = when.value === 'later'
    error.value = undefined
    if (later && !at.value) error.value = t.atMissing
    else if (later && at.value <= local(Date.now(), zone)) error.value = t.atPast
    if (error.value || people === 0) return
    const { summary, revision } = head
    const answer = await command.run(later ? { revision, at: at.value } : { revision })
    if (answer) {
      announce(later ? t.planned : t.sent)
      onSent(answer.data)
    } else if (command.failure instanceof ApiError && command.failure.status === 409) {
      before.value = command.failure.code === 'batch_changed' ? summary : undefined
      await reload()
    }
  }

  return (
    <Dialog title={t.confirm} onClose={onClose}>
      <form class="stack" noValidate onSubmit={(event) => void send(event)}>
        {before.value && <Changed before={before.value} after={head.summary} />}
        <p class="sentence">{t.sentence(sentence(head.summary))}</p>
        <Choices<'now' | 'later'>
          name="when"
          label={t.when}
          value={when.value}
          options={[
            { value: 'now', label: t.now },
            { value: 'later', label: t.later },
          ]}
          onChange={(v) => {
            when.value = v
          }}
        />
        {when.value === 'later' && (
          <TextField
            name="at"
            type="datetime-local"
            label={t.at}
            hint={t.atHint}
            value={at.value}
            min={local(Date.now(), zone)}
            error={error.value}
            onInput={(v) => {
              at.value = v
            }}
          />
        )}
        {!conflict && <FailureSummary failure={failure} />}
        {people > 0 ? (
          <Button submit kind="primary" big wide icon="send" busy={command.busy}>
            {t.send(people)}
          </Button>
        ) : (
          <p>{t.nothing}</p>
        )}
      </form>
    </Dialog>
  )
}

function Changed({ before, after }: { before: Summary; after: Summary }) {
  const t = settingsTexts()
  const found = changes(before, after)
  return (
    <Banner tone="warn" icon="triangle-alert" urgent>
      <p>{t.changed}</p>
      <ul>
        {(found.length > 0 ? found : [t.changedRows]).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Banner>
  )
}

import { useSignal } from '@preact/signals'
import { Button } from '../../ui/button'
import { Lazy } from '../../ui/lazy'
import { notFirst } from './first'
import { reviewTexts } from './review-texts'
import { sentence } from './sentence'
import { texts } from './texts'
import type { BatchHead } from './types'
import type { ListReading } from './use-list'

const loadConfirm = () => import('./confirm')

interface Props {
  reading: ListReading
  head: BatchHead
  zone: string
}

/** Always in sight: what sending now would do, and the way to it. Not while corrections are only on this device. */
export function SendBar({ reading, head, zone }: Props) {
  const t = reviewTexts()
  const { list } = reading
  const asked = useSignal(false)
  const waiting = list.queue.waiting.value.length
  const { people, ready, warnings, rows } = head.summary
  const draft = head.state === 'draft'
  if (head.state === 'cancelled' || (!draft && people === 0 && waiting === 0)) return null
  const close = () => {
    asked.value = false
  }
  const stuck = waiting > 0 && list.queue.stuck.value
  return (
    <div class="bottom card">
      <div class="line between">
        <div>
          <p>{people > 0 || rows === 0 ? t.sumPrefix(sentence(head.summary)) : t.nothingReady}</p>
          <p class={stuck ? 'small late' : 'small muted'} aria-live="polite">
            {waiting > 0 && stuck ? `${texts().waiting(waiting)}. ${t.wait}` : ''}
          </p>
        </div>
        <Button
          kind="primary"
          big
          icon="send"
          busy={waiting > 0 || people === 0}
          onClick={() => {
            asked.value = true
          }}
        >
          {draft ? t.check : t.sendCorrected(ready + warnings)}
        </Button>
      </div>
      {asked.value && (
        <Lazy
          load={loadConfirm}
          props={{
            head,
            zone,
            reload: reading.reload,
            onClose: close,
            onSent: (next: BatchHead) => {
              close()
              notFirst()
              list.takeHead(next)
              list.choose('all')
              list.reorder()
              void reading.reload()
            },
          }}
        />
      )}
    </div>
  )
}

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useCommand } from '../../api/command'
import { refreshTopics, useRead } from '../../api/read'
import type { Department } from '../../api/types'
import { common } from '../../i18n/common'
import { showMoment } from '../../i18n/dates'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { Seen } from '../../ui/seen'
import { listHref } from './create'
import { nameOf, tones } from './names'
import { queueOf } from './queue'
import { startTexts } from './start-texts'
import { texts } from './texts'
import type { BatchItem, Lists } from './types'

const topic = (departmentId: string) => `batches:${departmentId}`

/** The newest lists, those still to be sent first. */
export function Recent({ department: d }: { department: Department }) {
  const t = startTexts()
  const reading = useRead<Lists>(`/batches?departmentId=${d.id}`, { topics: [topic(d.id)] })
  const items = reading.data?.items
  const drafts = items?.filter((item) => item.state === 'draft') ?? []
  const others = items?.filter((item) => item.state !== 'draft') ?? []
  return (
    <section class="stack" aria-labelledby="recent">
      <h2 id="recent">{t.recent}</h2>
      <Seen reading={reading} zone={d.timezone} />
      {items?.length === 0 && <p class="muted">{t.none}</p>}
      <ul class="rows">
        {[...drafts, ...others].map((item) => (
          <li key={item.id}>
            <Item item={item} department={d} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Item({ item, department: d }: { item: BatchItem; department: Department }) {
  const t = texts()
  const s = startTexts()
  const draft = item.state === 'draft'
  return (
    <div class="row recent">
      <a href={listHref(item.id)}>
        <span class="who">{nameOf(item)}</span> <span class={`badge ${tones[item.state]}`}>{t.states[item.state]}</span>
        <br />
        <span class="small muted">
          {draft ? t.rows(item.rows) : s.people(item.people)}
          {item.sendAt && item.state === 'scheduled' && ` · ${t.goesAt(showMoment(item.sendAt, d.timezone))}`}
          {' · '}
          {t.byAt(item.createdBy, showMoment(item.createdAt, d.timezone))}
        </span>{' '}
        {item.errors > 0 && <span class="badge bad">{t.toCorrect(item.errors)}</span>}
        {draft && <Waiting id={item.id} />}
      </a>
      {draft ? <Discard id={item.id} departmentId={d.id} name={nameOf(item)} /> : <Icon name="chevron-right" />}
    </div>
  )
}

/** Corrections that were made without network go on from here too. */
function Waiting({ id }: { id: string }) {
  const queue = queueOf(id)
  const n = queue.waiting.value.length
  useEffect(() => void queue.send(), [queue])
  return n > 0 ? <span class="badge warn">{texts().waiting(n)}</span> : null
}

interface DiscardProps {
  id: string
  departmentId: string
  name: string
  onGone?: () => void
}

/** Throws a list away that was never sent. */
export function Discard({ id, departmentId, name, onGone }: DiscardProps) {
  const t = texts()
  const asked = useSignal(false)
  const command = useCommand<undefined, void>('DELETE', `/batches/${id}`)
  const close = () => {
    asked.value = false
  }
  async function run(): Promise<void> {
    if (!(await command.run(undefined))) return
    close()
    refreshTopics([topic(departmentId)])
    onGone?.()
  }
  return (
    <>
      <Button
        kind="quiet"
        icon="trash-2"
        label={`${t.discard}, ${name}`}
        onClick={() => {
          asked.value = true
        }}
      />
      {asked.value && (
        <Dialog title={name} onClose={close}>
          <div class="stack">
            <p>{t.discardSure}</p>
            <FailureSummary failure={command.failure} />
            <Button kind="danger" wide busy={command.busy} onClick={() => void run()}>
              {t.discard}
            </Button>
            <Button wide onClick={close}>
              {common().cancel}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

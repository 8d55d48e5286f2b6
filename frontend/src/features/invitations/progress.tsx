import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { root } from '../../api/client'
import { useCommand } from '../../api/command'
import { showMoment } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { useCreate } from './create'
import type { List } from './list'
import { sentTexts } from './sent-texts'
import type { BatchHead, Summary } from './types'

type Progress = Summary['progress']

interface Props {
  list: List
  head: BatchHead
  zone: string
}

/** What has left, and what is still to leave. */
export function partsOf(p: Progress) {
  const waiting = p.working + p.held
  const gone = p.sent + p.delivered + p.read + p.failed
  // What was found not to be possible is open again, among what is to be corrected.
  return { waiting, gone, left: waiting + p.queued, all: gone + waiting + p.queued + p.cancelled }
}

const formats = ['csv', 'xlsx'] as const

function Counts({ progress: p }: { progress: Progress }) {
  const t = sentTexts()
  const { waiting } = partsOf(p)
  const shown = { waiting, queued: p.queued, sent: p.sent, delivered: p.delivered, read: p.read, failed: p.failed }
  return (
    <dl class="counts">
      {(Object.keys(shown) as (keyof typeof shown)[]).map((key) => (
        <div key={key} class={key === 'failed' && p.failed > 0 ? 'bad' : undefined}>
          <dt>{t.counts[key]}</dt>
          <dd class="num">{shown[key]}</dd>
        </div>
      ))}
      {p.cancelled > 0 && (
        <div>
          <dt>{t.counts.cancelled}</dt>
          <dd class="num">{p.cancelled}</dd>
        </div>
      )}
    </dl>
  )
}

function stateText(head: BatchHead, zone: string): string {
  const t = sentTexts()
  if (head.state === 'scheduled') return t.scheduled(showMoment(head.sendAt ?? head.createdAt, zone))
  if (head.state === 'paused' || head.state === 'cancelled') return t[head.state]
  return head.state === 'sent' ? t.sent : t.leave
}

/** A list on its way: how far it is, and how to hold it. */
export default function ProgressPanel({ list, head, zone }: Props) {
  const t = sentTexts()
  const { progress, answers } = head.summary
  const { gone, all, left } = partsOf(progress)
  const moving = ['sending', 'scheduled', 'paused'].includes(head.state)
  const heading = useRef<HTMLHeadingElement>(null)
  // Who has just sent stands where the button was that is not there any more.
  useEffect(() => {
    if (document.activeElement !== document.body) return
    heading.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [])
  return (
    <section class="card stack" aria-labelledby="progress">
      <h2 id="progress" ref={heading} tabIndex={-1}>
        {t.gone(gone, all)}
      </h2>
      <progress max={all || 1} value={gone} aria-labelledby="progress" />
      <Counts progress={progress} />
      <p>
        {stateText(head, zone)}{' '}
        {head.confirmedBy && head.confirmedAt && (
          <span class="muted small">{t.confirmed(head.confirmedBy, showMoment(head.confirmedAt, zone))}</span>
        )}
      </p>
      {moving && <Hold list={list} head={head} left={left} />}
      {!moving && (
        <p class="line">
          <strong>{t.answers}</strong>
          <span class="badge ok">{t.agreed(answers.agreed)}</span>
          <span class={answers.declined > 0 ? 'badge bad' : 'badge'}>{t.declined(answers.declined)}</span>
          <span class="badge">{t.none(answers.none)}</span>
        </p>
      )}
      {!moving && <Afterwards head={head} />}
    </section>
  )
}

function Hold({ list, head, left }: { list: List; head: BatchHead; left: number }) {
  const t = sentTexts()
  const path = `/batches/${list.id}`
  const pause = useCommand<undefined, BatchHead>('POST', `${path}/pause`)
  const resume = useCommand<undefined, BatchHead>('POST', `${path}/resume`)
  const cancel = useCommand<undefined, BatchHead>('POST', `${path}/cancel`)
  const asked = useSignal(false)
  const close = () => {
    asked.value = false
  }
  async function run(command: typeof pause, said: string): Promise<void> {
    const answer = await command.run(undefined)
    if (!answer) return
    list.takeHead(answer.data)
    close()
    announce(said)
  }
  return (
    <div class="stack">
      <FailureSummary failure={pause.failure ?? resume.failure} />
      <div class="actions">
        {head.state === 'paused' ? (
          <Button kind="primary" icon="play" busy={resume.busy} onClick={() => void run(resume, t.leave)}>
            {t.resume}
          </Button>
        ) : (
          <Button icon="pause" busy={pause.busy} onClick={() => void run(pause, t.paused)}>
            {t.pause}
          </Button>
        )}
        <Button
          kind="danger"
          icon="ban"
          onClick={() => {
            asked.value = true
          }}
        >
          {t.cancel}
        </Button>
      </div>
      {asked.value && (
        <Dialog title={t.cancelTitle} onClose={close}>
          <div class="stack">
            <p>{t.cancelWhy(left)}</p>
            <p>{t.cancelKeeps}</p>
            <FailureSummary failure={cancel.failure} />
            <Button kind="danger" wide busy={cancel.busy} onClick={() => void run(cancel, t.cancelDone)}>
              {t.cancel}
            </Button>
            <Button wide onClick={close}>
              {t.cancelKeep}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}

function Afterwards({ head }: { head: BatchHead }) {
  const t = sentTexts()
  const create = useCreate(`/batches/${head.id}/again`)
  const unanswered = head.summary.answers.none
  const { failed } = head.summary.progress
  return (
    <>
      {unanswered + failed > 0 && (
        <div class="line">
          {t.again}
          {unanswered > 0 && (
            <Button icon="send" busy={create.busy} onClick={() => void create.run({ who: 'unanswered' })}>
              {t.unanswered(unanswered)}
            </Button>
          )}
          {failed > 0 && (
            <Button icon="send" busy={create.busy} onClick={() => void create.run({ who: 'failed' })}>
              {t.failed(failed)}
            </Button>
          )}
        </div>
      )}
      <FailureSummary failure={create.failure} />
      <div class="line">
        {t.result}
        {formats.map((format) => (
          <a key={format} class="btn" href={`${root}/batches/${head.id}/result?format=${format}`} download>
            <Icon name="download" />
            {format.toUpperCase()}
          </a>
        ))}
      </div>
    </>
  )
}

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useCommand } from '../../api/command'
import type { ManagedDepartment, Violation, Wording } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { showMoment } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Lazy } from '../../ui/lazy'
import { useWordingPreview } from './use-wording-preview'
import { isChanged, type Shown, type Typed, wordingKey } from './wording'
import { WordingFields } from './wording-fields'
import { wordingTexts } from './wording-texts'
import { WordingTrial } from './wording-trial'

const loadPreview = () => import('./wording-preview')
const loadHistory = () => import('./wording-history')

interface Props {
  department: ManagedDepartment
  wording: Wording
  /** The list is to be asked for again. */
  onChanged: () => Promise<void>
}

/** One text: typed here, checked and shown by the server while it is typed, kept on the device until it is saved. */
export default function WordingEditor({ department, wording, onChanged }: Props) {
  const t = wordingTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  const draft = useDraft<Typed | undefined>(`wording:${department.id}:${wordingKey(wording)}`, undefined)
  const of = useSignal<Shown>({ encounterId: '', cases: [], cause: '' })
  const standing = { subject: wording.subject, body: wording.body, version: wording.version }
  const changed = draft.value !== undefined && isChanged(draft.value, standing)
  const typed = changed && draft.value ? draft.value : standing
  const base = `/departments/${department.id}/wordings`
  const save = useCommand<Typed, Wording>('PUT', `${base}/${wordingKey(wording)}`)
  const reset = useCommand<undefined, unknown>('DELETE', `${base}/${wordingKey(wording)}`)
  const preview = useWordingPreview(base, wording, typed, of.value)
  useEffect(() => heading.current?.focus(), [])
  const type = (part: Partial<Typed>) => draft.set({ ...typed, ...part })
  async function finish(text: string): Promise<void> {
    await onChanged()
    draft.done()
    announce(text)
  }
  const problems: readonly Violation[] = preview.shown?.problems ?? []
  async function keep(): Promise<void> {
    if (await save.run(typed)) await finish(t.saved)
    else void onChanged() // somebody else's version is shown beside what was typed
  }
  return (
    <div class="writing">
      <form class="stack words" noValidate onSubmit={(e) => e.preventDefault()}>
        <h2 ref={heading} tabIndex={-1}>
          <span lang="fr">{wording.title}</span> <span class="badge">{t.channel[wording.channel]}</span>{' '}
          {changed && <span class="badge warn">{t.unsaved}</span>}
        </h2>
        <p class="small muted">
          {!wording.own && wording.writtenAt && wording.writtenBy
            ? t.writtenBy(wording.writtenBy, showMoment(wording.writtenAt, department.timezone))
            : t.own}
        </p>
        {changed && typed.version !== wording.version && (
          <Banner
            tone="warn"
            icon="history"
            action={<Button onClick={() => type({ version: wording.version })}>{t.overwrite}</Button>}
          >
            {t.stale}
          </Banner>
        )}
        <WordingFields wording={wording} typed={typed} problems={problems} onType={type} />
      </form>
      <section class="stack shown" aria-label={t.preview}>
        <Lazy
          load={loadPreview}
          props={{
            department,
            wording,
            preview: preview.shown,
            failure: preview.failure,
            of: of.value,
            onOf: (next: Shown) => {
              of.value = next
            },
          }}
        />
        <WordingTrial path={`${base}/test`} wording={wording} typed={typed} of={of.value} />
      </section>
      <section class="stack kept">
        <FailureSummary failure={save.failure ?? reset.failure} />
        <div class="actions">
          <Button kind="primary" busy={save.busy} onClick={() => void keep()}>
            {t.save}
          </Button>
          {changed && (
            <Button
              onClick={() => {
                draft.done()
                save.forget()
              }}
            >
              {t.discard}
            </Button>
          )}
        </div>
        <details class="card">
          <summary>{t.history}</summary>
          <Lazy
            load={loadHistory}
            props={{
              path: `${base}/${wordingKey(wording)}/history`,
              version: wording.version,
              zone: department.timezone,
              onTake: (subject: string, body: string) => {
                type({ subject, body, version: wording.version })
                announce(t.taken)
                heading.current?.focus()
              },
            }}
          />
          {!wording.own && (
            <Button
              kind="danger"
              busy={reset.busy}
              onClick={async () => {
                if (await reset.run(undefined)) await finish(t.resetDone)
              }}
            >
              {t.reset}
            </Button>
          )}
        </details>
      </section>
    </div>
  )
}

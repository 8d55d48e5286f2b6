import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useCommand } from '../../api/command'
import { asFailure, type Failure } from '../../api/error'
import { refreshTopics } from '../../api/read'
import type { Drop, Drops, Encounter, NewDrop } from '../../api/types'
import { locale } from '../../i18n/language'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { dropTexts } from './drop-texts'
import { refusalOf, upload, uploadPath, type Way, waysOf } from './drop-upload'

export function sizeOf(bytes: number): string {
  const t = dropTexts().size
  const number = (n: number) => new Intl.NumberFormat(locale.value, { maximumFractionDigits: n < 10 ? 1 : 0 }).format(n)
  return bytes < 1024 * 1024 ? t.kb(number(Math.ceil(bytes / 1024))) : t.mb(number(bytes / 1024 / 1024))
}

interface Props {
  encounter: Encounter
  drops: Drops
  standing: Drop | undefined
}

/** A document is chosen, its ways are looked at, and it leaves. A password to be told stays until it was. */
export function LeaveDocument({ encounter, drops, standing }: Props) {
  const t = dropTexts()
  const made = useSignal<NewDrop | undefined>(undefined)
  const file = useSignal<File | undefined>(undefined)
  const chosen = useSignal<Way | undefined>(undefined)
  const part = useSignal<number | undefined>(undefined)
  const failure = useSignal<Failure | undefined>(undefined)
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const ways = waysOf(drops.channels)
  const [first] = ways
  const way = chosen.value && ways.includes(chosen.value) ? chosen.value : first
  const refusal = file.value && refusalOf(file.value, drops)

  async function send(): Promise<void> {
    if (!file.value || !way || part.value !== undefined) return
    running.current = new AbortController()
    part.value = 0
    failure.value = undefined
    try {
      const path = uploadPath(encounter.id, way)
      made.value = await upload(path, file.value, (p) => (part.value = p), running.current.signal)
      file.value = undefined
      announce(t.left)
    } catch (thrown) {
      if (!running.current.signal.aborted) failure.value = asFailure(thrown)
    } finally {
      part.value = undefined
      refreshTopics([`drops:${encounter.id}`, `history:${encounter.id}`])
    }
  }

  const over = drops.items.some((d) => d.id === made.value?.id && d.state !== 'standing')
  if (made.value?.password && !over)
    return <Tell encounterId={encounter.id} drop={made.value} onTold={() => (made.value = undefined)} />
  if (standing) return <FailureSummary failure={failure.value} />
  if (!way)
    return (
      <Banner tone="warn" icon="triangle-alert">
        {t.nobody}
      </Banner>
    )
  const percent = new Intl.NumberFormat(locale.value, { style: 'percent' }).format(part.value ?? 0)
  return (
    <>
      <label class="drop">
        <span class="visually-hidden">{t.file}</span>
        <input
          type="file"
          accept="application/pdf,image/jpeg,image/png"
          aria-describedby="drop-limits"
          disabled={part.value !== undefined}
          onChange={(event) => {
            file.value = event.currentTarget.files?.[0]
            failure.value = undefined
            event.currentTarget.value = ''
          }}
        />
        <Icon name="file-up" />
        <strong>{file.value ? file.value.name : t.choose}</strong>
        {file.value && <span class="small num">{sizeOf(file.value.size)}</span>}
      </label>
      <p class="hint" id="drop-limits">
        {t.limits(String(drops.maxMegabytes))}
      </p>
      {refusal && (
        <Banner tone="bad" icon="circle-alert" urgent>
          {refusal === 'empty' ? t.empty : t.large(String(drops.maxMegabytes))}
        </Banner>
      )}
      {ways.length > 1 ? (
        <Choices<Way>
          name="ways"
          label={t.ways}
          value={way}
          options={ways.map((w) => ({ value: w, label: t.way[w] }))}
          onChange={(w) => {
            chosen.value = w
          }}
        />
      ) : (
        <p>{t.oneWay[drops.channels[0] ?? 'email']}</p>
      )}
      <FailureSummary failure={failure.value} retry={() => void send()} />
      {part.value !== undefined && (
        <div>
          <p aria-live="polite" class="hint">
            {part.value < 1 ? t.sending(percent) : t.encrypting}
          </p>
          <progress max={1} value={part.value} aria-label={t.file} />
        </div>
      )}
      <div class="actions">
        {file.value && !refusal && (
          <Button kind="primary" icon="shield-check" busy={part.value !== undefined} onClick={() => void send()}>
            {t.leave}
          </Button>
        )}
        {part.value !== undefined && <Button onClick={() => running.current?.abort()}>{t.stop}</Button>}
      </div>
    </>
  )
}

/** The password is on screen until somebody says that it was told; it comes back with nothing. */
function Tell({ encounterId, drop, onTold }: { encounterId: string; drop: NewDrop; onTold: () => void }) {
  const t = dropTexts()
  const command = useCommand<undefined, undefined>('POST', `/encounters/${encounterId}/drops/${drop.id}/tell`)
  return (
    <section class="card stack" aria-labelledby="drop-tell">
      <h3 id="drop-tell">{t.tell}</h3>
      <p class="spoken num">{drop.password}</p>
      <p class="hint">{t.tellHint}</p>
      <FailureSummary failure={command.failure} />
      <Button
        kind="primary"
        icon="check"
        busy={command.busy}
        onClick={async () => {
          if (!(await command.run(undefined))) return
          onTold()
          refreshTopics([`drops:${encounterId}`, `history:${encounterId}`])
        }}
      >
        {t.told}
      </Button>
    </section>
  )
}

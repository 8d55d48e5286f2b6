import { useSignal } from '@preact/signals'
import { root } from '../../api/client'
import { useRead } from '../../api/read'
import type { Department } from '../../api/types'
import { locale } from '../../i18n/language'
import { Banner } from '../../ui/banner'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { useUpload } from './create'
import { startTexts } from './start-texts'
import type { Limits, Lists } from './types'

/** What a list may have unless the server says otherwise. */
const usual: Limits = { rows: 5000, megabytes: 5 }
const formats = ['csv', 'xlsx'] as const

export function sizeOf(bytes: number): string {
  const number = (n: number, digits: number) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(n)
  const mb = bytes >= 1024 * 1024 ? number(bytes / 1024 / 1024, 1) : ''
  return startTexts().size(number(Math.max(1, bytes / 1024), 0), mb)
}

/** What need not be sent to be refused. */
export function refusalOf(file: { name: string; size: number }, { megabytes }: Limits = usual): string | undefined {
  const t = startTexts()
  if (!/\.(csv|txt|xlsx)$/i.test(file.name)) return t.wrongKind
  return file.size > megabytes * 1024 * 1024 ? t.tooLarge(String(megabytes)) : undefined
}

/** A file is chosen or dropped, and read at once: what is in it is looked at afterwards. */
export default function ChooseFile({ department }: { department: Department }) {
  const t = startTexts()
  const upload = useUpload(department.id)
  const file = useSignal<File | undefined>(undefined)
  const over = useSignal(false)
  const limits = useRead<Lists>(`/batches?departmentId=${department.id}`).data?.limits ?? usual
  const refusal = file.value && refusalOf(file.value, limits)

  function take(next: File | null | undefined): void {
    over.value = false
    if (!next || upload.busy) return
    file.value = next
    upload.forget()
    if (!refusalOf(next, limits)) void upload.send(next)
  }

  return (
    <section class="stack">
      <label
        class={over.value ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault()
          over.value = true
        }}
        onDragLeave={() => {
          over.value = false
        }}
        onDrop={(event) => {
          event.preventDefault()
          take(event.dataTransfer?.files[0])
        }}
      >
        <span class="visually-hidden">{t.file}</span>
        <input
          type="file"
          accept=".csv,.txt,.xlsx"
          aria-describedby="limits"
          onChange={(event) => {
            take(event.currentTarget.files?.[0])
            // The same file, mended meanwhile, may be chosen again.
            event.currentTarget.value = ''
          }}
        />
        <Icon name="file-up" />
        <strong>{file.value ? file.value.name : t.drop}</strong>
        {file.value && <span class="small num">{sizeOf(file.value.size)}</span>}
      </label>
      <p aria-live="polite" class="hint">
        {upload.busy && file.value ? t.reading(file.value.name) : ''}
      </p>
      {refusal && (
        <Banner tone="bad" icon="circle-alert" urgent>
          {refusal}
        </Banner>
      )}
      <FailureSummary
        failure={upload.failure}
        retry={() => {
          if (file.value) void upload.send(file.value)
        }}
      />
      <p class="hint" id="limits">
        {t.limits(new Intl.NumberFormat(locale.value).format(limits.rows), String(limits.megabytes))}
      </p>
      <p class="line">
        {t.model}
        {formats.map((format) => (
          <a key={format} class="btn" href={`${root}/batches/model?format=${format}`} download>
            <Icon name="download" />
            {t.modelAs[format]}
          </a>
        ))}
      </p>
    </section>
  )
}

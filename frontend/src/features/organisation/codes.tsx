import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { useRead } from '../../api/read'
import type { Page as List, ListedCode, ManagedDepartment } from '../../api/types'
import { showDate, today } from '../../i18n/dates'
import { locale } from '../../i18n/language'
import { money } from '../../i18n/money'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { Lazy } from '../../ui/lazy'
import { Seen } from '../../ui/seen'
import { codeTexts } from './code-texts'

const loadForm = () => import('./code-form')

/** The dated list of activity codes, which any manager keeps for the whole hospital. */
export default function Codes({ department: d }: { department: ManagedDepartment }) {
  const t = codeTexts()
  const reading = useRead<List<ListedCode>>('/code-list')
  /** 'new', or the id of the row that is changed. */
  const editing = useSignal<string | undefined>(undefined)
  const close = () => {
    editing.value = undefined
  }
  const edited = reading.data?.items.find((c) => c.id === editing.value)
  const changed = () => void reading.reload()
  return (
    <section class="stack">
      <p class="muted">{t.intro}</p>
      <Seen reading={reading} zone={d.timezone} />
      <Button
        onClick={() => {
          editing.value = 'new'
        }}
      >
        {t.add}
      </Button>
      <ul class="rows">
        {reading.data?.items.map((code) => (
          <Row
            key={code.id}
            code={code}
            today={today(d.timezone)}
            onChanged={changed}
            onEdit={() => {
              editing.value = code.id
            }}
          />
        ))}
      </ul>
      {editing.value && (
        <Dialog title={edited ? edited.code : t.add} onClose={close}>
          <Lazy
            load={loadForm}
            props={{
              code: edited,
              onSaved: () => {
                close()
                announce(t.saved)
                changed()
              },
            }}
          />
        </Dialog>
      )}
    </section>
  )
}

interface RowProps {
  code: ListedCode
  today: string
  onEdit: () => void
  onChanged: () => void
}

function Row({ code, today: day, onEdit, onChanged }: RowProps) {
  const t = codeTexts()
  const confirm = useCommand<undefined, ListedCode>('POST', `/code-list/${code.id}/confirm`)
  const ended = code.validTo !== undefined && code.validTo < day
  async function run(): Promise<void> {
    if (!(await confirm.run(undefined))) return
    announce(t.confirmedDone(code.code))
    onChanged()
  }
  return (
    <li class="card stack tight">
      <p>
        <strong>{code.code}</strong> {code.label} ·{' '}
        {code.amountCents === undefined ? t.noAmount : money(code.amountCents, locale.value)}
      </p>
      <p class="small">
        {t.speciality[code.speciality ?? '']} · {t.modality[code.modality]} ·{' '}
        {code.validTo ? t.between(showDate(code.validFrom), showDate(code.validTo)) : t.since(showDate(code.validFrom))}
      </p>
      <p class="small muted">{code.source}</p>
      <div class="line">
        <span class={code.confirmedBy ? 'badge ok' : 'badge warn'}>
          {code.confirmedBy ? t.confirmed(code.confirmedBy) : t.toConfirm}
        </span>
        {code.used && <span class="badge">{t.used}</span>}
        {ended && <span class="badge">{t.ended}</span>}
      </div>
      <FailureSummary failure={confirm.failure} />
      <div class="actions">
        <Button icon="pencil" onClick={onEdit}>
          {t.change}
          <span class="visually-hidden"> {code.code}</span>
        </Button>
        {!code.confirmedBy && (
          <Button icon="check" busy={confirm.busy} onClick={() => void run()}>
            {t.confirm}
            <span class="visually-hidden"> {code.code}</span>
          </Button>
        )}
      </div>
    </li>
  )
}

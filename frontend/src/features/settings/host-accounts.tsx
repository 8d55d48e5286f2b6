import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { useRead } from '../../api/read'
import { department, me } from '../../api/session'
import type { HostAccount, Page, Tool } from '../../api/types'
import { common } from '../../i18n/common'
import { dayOf, showDate } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { Seen } from '../../ui/seen'
import { texts } from './texts'

/** The person's own account for each tool: its holder is the one who can admit the patient. */
export function HostAccounts() {
  const t = texts()
  const w = words()
  const d = department.value
  const zone = d?.timezone ?? 'Europe/Paris'
  const reading = useRead<Page<HostAccount>>('/host-accounts')
  const tool = useSignal<Tool>('zoom')
  const email = useSignal<string | undefined>(undefined)
  const command = useCommand<{ email: string }, HostAccount>('PUT', `/host-accounts/${tool.value}`)
  const known = reading.data?.items.find((a) => a.tool === tool.value)
  const value = email.value ?? known?.email ?? me.value?.staff.email ?? ''
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  return (
    <section class="card stack">
      <h2>{t.accounts}</h2>
      <p class="muted">{t.accountsWhy}</p>
      <Seen reading={reading} zone={zone} />
      {reading.data?.items.length === 0 && <p>{t.none}</p>}
      <ul class="stack tight">
        {reading.data?.items.map((a) => (
          <li key={a.tool}>
            <strong>{w.tool[a.tool]}</strong> {a.email}{' '}
            <span class="small muted">{t.recorded(showDate(dayOf(a.recordedAt, zone)))}</span>
          </li>
        ))}
      </ul>
      <form
        class="stack"
        noValidate
        onSubmit={async (e) => {
          e.preventDefault()
          const answer = await command.run({ email: value.trim() })
          if (!answer) return
          announce(t.saved)
          email.value = undefined
          void reading.reload()
        }}
      >
        <SelectField<Tool>
          name="tool"
          label={t.tool}
          value={tool.value}
          options={(d?.tools ?? (['zoom'] as Tool[])).map((code) => ({ value: code, label: w.tool[code] }))}
          onChange={(v) => {
            tool.value = v
            email.value = undefined
          }}
        />
        <TextField
          name="email"
          type="email"
          label={t.email}
          hint={t.emailHint}
          value={value}
          error={errors.get('email')?.message}
          onInput={(v) => {
            email.value = v
          }}
        />
        <FailureSummary failure={command.failure} labels={{ email: t.email }} />
        <Button submit kind="primary" busy={command.busy}>
          {common().save}
        </Button>
      </form>
    </section>
  )
}

import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { addDays, today } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { disposeTexts } from './dispose-texts'
import type { StepProps } from './step-action'

interface Body {
  url: string
  password: string
  until: string
  wantedToday: boolean
  byTelephone: boolean
}

const empty = { url: '', password: '', until: '', byTelephone: false }

/** The link and the password that the hospital's own file drop gave: pasted here, sent by two ways. */
export default function DisposePanel({ encounter, department, wantedToday }: StepProps & { wantedToday: boolean }) {
  const t = disposeTexts()
  const standing = encounter.prescription
  // What opens the document is kept nowhere on the device: what is not sent is pasted again.
  const pasted = useSignal(empty)
  const set = (part: Partial<typeof empty>) => {
    pasted.value = { ...pasted.value, ...part }
  }
  const command = useEncounterCommand<Body>(encounter.id, 'prescription/dispose')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const day = today(department.timezone)
  const until = pasted.value.until || addDays(day, 7)
  if (standing?.channel === 'dispose' && standing.state !== 'failed') return <p class="hint">{t.follow}</p>
  const oneWay = command.failure instanceof ApiError && command.failure.code === 'one_way'
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        const body = { ...pasted.value, until, wantedToday }
        if (!(await command.run(body))) return
        pasted.value = empty
        announce(t.sent)
      }}
    >
      <p class="hint">{t.why}</p>
      <TextField
        name="url"
        autoComplete="off"
        label={t.url}
        value={pasted.value.url}
        error={errors.get('url')?.message}
        onInput={(url) => set({ url })}
      />
      <TextField
        name="password"
        autoComplete="off"
        autoCapitalize="none"
        label={t.password}
        value={pasted.value.password}
        error={errors.get('password')?.message}
        onInput={(password) => set({ password })}
      />
      <TextField
        name="until"
        type="date"
        label={t.until}
        value={until}
        error={errors.get('until')?.message}
        onInput={(value) => set({ until: value })}
      />
      {(oneWay || pasted.value.byTelephone) && (
        <Tick checked={pasted.value.byTelephone} onChange={(byTelephone) => set({ byTelephone })}>
          {t.byTelephone}
        </Tick>
      )}
      {pasted.value.byTelephone && (
        <Banner tone="warn" icon="phone">
          {t.tell}
        </Banner>
      )}
      <FailureSummary failure={command.failure} labels={{ url: t.url, password: t.password, until: t.until }} />
      <Button submit kind="primary" icon="send" busy={command.busy}>
        {t.send}
      </Button>
    </form>
  )
}

import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { texts } from './texts'

interface Change {
  current: string
  next: string
}

function Form({ onDone }: { onDone: () => void }) {
  const t = texts()
  const draft = useSignal<Change>({ current: '', next: '' })
  const command = useCommand<Change, void>('POST', '/staff/me/password')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const field = (name: keyof Change, label: string, autoComplete: string, hint?: string) => (
    <TextField
      name={name}
      type="password"
      label={label}
      hint={hint}
      autoComplete={autoComplete}
      value={draft.value[name]}
      error={errors.get(name)?.message}
      onInput={(v) => {
        draft.value = { ...draft.value, [name]: v }
      }}
    />
  )
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        if (!(await command.run(draft.value))) return
        announce(t.passwordSaved)
        onDone()
      }}
    >
      <p class="muted">{t.passwordWhy}</p>
      {field('current', t.passwordCurrent, 'current-password')}
      {field('next', t.passwordNext, 'new-password', t.passwordHint)}
      <FailureSummary failure={command.failure} labels={{ current: t.passwordCurrent, next: t.passwordNext }} />
      <Button submit kind="primary" wide busy={command.busy}>
        {t.passwordChange}
      </Button>
    </form>
  )
}

export function MyPassword() {
  const t = texts()
  const open = useSignal(false)
  const done = useSignal(false)
  const show = (value: boolean) => {
    open.value = value
  }
  return (
    <section class="card stack">
      <h2>{t.password}</h2>
      {done.value && <p>{t.passwordSaved}</p>}
      <Button icon="pencil" wide onClick={() => show(true)}>
        {t.passwordChange}
      </Button>
      {open.value && (
        <Dialog title={t.passwordChange} onClose={() => show(false)}>
          <Form
            onDone={() => {
              done.value = true
              show(false)
            }}
          />
        </Dialog>
      )}
    </section>
  )
}

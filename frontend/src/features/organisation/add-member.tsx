import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { AddedMember, NewMember, Role } from '../../api/types'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { practitionerName } from '../../ui/row'
import { InitialPassword } from './initial-password'
import { RolesField } from './roles-field'
import { texts } from './texts'

interface Props {
  path: string
  onAdded: () => void
  onClose: () => void
}

type Draft = Required<NewMember>

const blank: Draft = { email: '', title: 'Dr', givenName: '', familyName: '', rpps: '', roles: [] }
const titles = ['Dr', 'Pr', 'Mme', 'M.'] as const

export function AddMember({ path, onAdded, onClose }: Props) {
  const t = texts()
  const draft = useSignal<Draft>(blank)
  const added = useSignal<AddedMember | undefined>(undefined)
  const command = useCommand<Draft, AddedMember>('POST', path)
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const set = (change: Partial<Draft>) => {
    draft.value = { ...draft.value, ...change }
  }
  const done = added.value
  if (done?.initialPassword)
    return <InitialPassword name={practitionerName(done.member)} password={done.initialPassword} onClose={onClose} />
  if (done)
    return (
      <div class="stack">
        <Banner tone="ok" icon="circle-check">
          {t.joined(practitionerName(done.member))}
        </Banner>
        <Button kind="primary" wide onClick={onClose}>
          {t.done}
        </Button>
      </div>
    )
  const text = (name: 'givenName' | 'familyName', label: string) => (
    <TextField
      name={name}
      label={label}
      value={draft.value[name]}
      autoComplete="off"
      autoCapitalize="words"
      error={errors.get(name)?.message}
      onInput={(v) => set({ [name]: v })}
    />
  )
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        const answer = await command.run(draft.value)
        if (!answer) return
        announce(t.added)
        added.value = answer.data
        onAdded()
      }}
    >
      <TextField
        name="email"
        type="email"
        label={t.email}
        hint={t.emailHint}
        value={draft.value.email}
        autoComplete="off"
        autoCapitalize="none"
        error={errors.get('email')?.message}
        onInput={(v) => set({ email: v })}
      />
      <div class="pair">
        {text('givenName', t.givenName)}
        {text('familyName', t.familyName)}
      </div>
      <div class="pair end">
        <SelectField
          name="title"
          label={t.personTitle}
          value={draft.value.title}
          empty={t.noTitle}
          options={titles.map((v) => ({ value: v, label: v }))}
          error={errors.get('title')?.message}
          onChange={(v) => set({ title: v })}
        />
        <TextField
          name="rpps"
          label={t.rpps}
          optional
          inputMode="numeric"
          autoComplete="off"
          value={draft.value.rpps}
          error={errors.get('rpps')?.message}
          onInput={(v) => set({ rpps: v })}
        />
      </div>
      <RolesField
        value={draft.value.roles}
        error={errors.get('roles')?.message}
        onChange={(roles: Role[]) => set({ roles })}
      />
      <FailureSummary
        failure={command.failure}
        labels={{
          email: t.email,
          givenName: t.givenName,
          familyName: t.familyName,
          title: t.personTitle,
          rpps: t.rpps,
          roles: t.rolesLabel,
        }}
      />
      <Button submit kind="primary" wide busy={command.busy}>
        {t.add}
      </Button>
    </form>
  )
}

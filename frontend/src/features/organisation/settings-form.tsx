import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { DepartmentSettings, ManagedDepartment, NewDepartment, Speciality } from '../../api/types'
import { common } from '../../i18n/common'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextArea, TextField } from '../../ui/field'
import { blank, settingsOf } from './draft'
import { texts } from './texts'
import { ToolList } from './tool-list'

interface Props {
  /** Undefined: a new one. */
  department: ManagedDepartment | undefined
  onSaved: (saved: ManagedDepartment) => void
}

type TextName = 'code' | 'name' | 'hospital' | 'phone' | 'email' | 'timezone' | 'portalUrl' | 'codingTarget' | 'unit'
type TickName = 'doxyMeAllowed' | 'birthDateAsked'

export default function SettingsForm({ department, onSaved }: Props) {
  const t = texts()
  const draft = useSignal<NewDepartment>(department ? { code: department.code, ...settingsOf(department) } : blank)
  const change = useCommand<DepartmentSettings, ManagedDepartment>('PUT', `/departments/${department?.id ?? ''}`)
  const create = useCommand<NewDepartment, ManagedDepartment>('POST', '/departments')
  const command = department ? change : create
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const labels = {
    code: t.code,
    name: t.name,
    hospital: t.hospital,
    phone: t.phone,
    email: t.replyTo,
    timezone: t.timezone,
    tools: t.tools,
    secureTools: t.secure,
    meetingHosts: t.hosts,
    portalUrl: t.portal,
    codingTarget: t.coding,
    unit: t.unit,
    speciality: t.speciality,
  }
  const set = (part: Partial<NewDepartment>) => {
    draft.value = { ...draft.value, ...part }
  }
  const text = (name: TextName, hint?: string, type?: 'email' | 'tel') => (
    <TextField
      name={name}
      label={labels[name]}
      hint={hint}
      type={type ?? 'text'}
      autoComplete="off"
      value={draft.value[name] ?? ''}
      error={errors.get(name)?.message}
      onInput={(v) => set({ [name]: v })}
    />
  )
  const tick = (name: TickName, label: string) => (
    <Tick name={name} checked={draft.value[name]} onChange={(v) => set({ [name]: v })}>
      {label}
    </Tick>
  )
  async function save(): Promise<void> {
    const answer = department ? await change.run(settingsOf(draft.value)) : await create.run(draft.value)
    if (!answer) return
    announce(t.saved)
    onSaved(answer.data)
  }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
    >
      {!department && text('code', t.codeHint)}
      <div class="pair roomy">
        {text('name')}
        {text('hospital')}
      </div>
      <div class="pair roomy">
        {text('phone', t.phoneHint, 'tel')}
        {text('email', t.replyToHint, 'email')}
      </div>
      <ToolList
        tools={draft.value.tools}
        secure={draft.value.secureTools}
        error={errors.get('tools')?.message ?? errors.get('secureTools')?.message}
        onChange={set}
      />
      {tick('doxyMeAllowed', t.doxyMe)}
      <TextArea
        name="meetingHosts"
        label={t.hosts}
        hint={t.hostsHint}
        rows={2}
        optional
        value={draft.value.meetingHosts.join('\n')}
        error={errors.get('meetingHosts')?.message}
        onInput={(v) => set({ meetingHosts: v.split('\n') })}
      />
      <fieldset class="field">
        <legend>{t.personalPage}</legend>
        {tick('birthDateAsked', t.birthDate)}
      </fieldset>
      {text('portalUrl')}
      <div class="pair roomy">
        {text('codingTarget')}
        {text('timezone')}
      </div>
      <div class="pair roomy">
        <SelectField
          name="speciality"
          label={t.speciality}
          hint={t.specialityHint}
          value={draft.value.speciality ?? ''}
          options={(Object.entries(t.specialities) as [Speciality, string][]).map(([value, label]) => ({
            value,
            label,
          }))}
          onChange={(v) => set({ speciality: v })}
        />
        {text('unit', t.unitHint)}
      </div>
      <FailureSummary failure={command.failure} labels={labels} />
      <Button submit kind="primary" wide busy={command.busy}>
        {department ? common().save : t.create}
      </Button>
    </form>
  )
}

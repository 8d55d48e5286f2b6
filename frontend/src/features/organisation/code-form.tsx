import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { CodeDraft, ListedCode, Speciality } from '../../api/types'
import { common } from '../../i18n/common'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { codeTexts } from './code-texts'
import { centsOf, typedEuros } from './euros'

interface Props {
  /** Undefined: a new one. */
  code: ListedCode | undefined
  onSaved: () => void
}

type Modality = CodeDraft['modality']
type Named<V extends string> = Readonly<Record<V, string>>

const options = <V extends string>(names: Named<V>) =>
  (Object.entries(names) as [V, string][]).map(([value, label]) => ({ value, label }))

/** A row of the list; what the other rows make of it the server says. */
export default function CodeForm({ code, onSaved }: Props) {
  const t = codeTexts()
  const draft = useSignal({
    code: code?.code ?? '',
    label: code?.label ?? '',
    amount: typedEuros(code?.amountCents),
    modality: code?.modality ?? ('any' as Modality),
    speciality: code?.speciality ?? ('' as Speciality),
    validFrom: code?.validFrom ?? '',
    validTo: code?.validTo ?? '',
    source: code?.source ?? '',
  })
  const wrongAmount = useSignal(false)
  const change = useCommand<CodeDraft, ListedCode>('PUT', `/code-list/${code?.id ?? ''}`)
  const create = useCommand<CodeDraft, ListedCode>('POST', '/code-list')
  const command = code ? change : create
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const labels = {
    code: t.code,
    label: t.label,
    amountCents: t.amount,
    modality: t.modalityLabel,
    speciality: t.specialityLabel,
    validFrom: t.validFrom,
    validTo: t.validTo,
    source: t.source,
  }
  const set = (part: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...part }
  }
  const text = (name: 'code' | 'label' | 'source', hint?: string) => (
    <TextField
      name={name}
      label={labels[name]}
      hint={hint}
      autoComplete="off"
      value={draft.value[name]}
      error={errors.get(name)?.message}
      onInput={(v) => set({ [name]: v })}
    />
  )
  const date = (name: 'validFrom' | 'validTo', hint?: string) => (
    <TextField
      name={name}
      type="date"
      label={labels[name]}
      hint={hint}
      optional={name === 'validTo'}
      value={draft.value[name]}
      error={errors.get(name)?.message}
      onInput={(v) => set({ [name]: v })}
    />
  )
  async function save(): Promise<void> {
    const { amount, validTo, ...rest } = draft.value
    const cents = centsOf(amount)
    wrongAmount.value = cents === null
    if (cents === null) return
    const body: CodeDraft = { ...rest, ...(cents !== undefined && { amountCents: cents }), ...(validTo && { validTo }) }
    if (await command.run(body)) onSaved()
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
      <div class="pair end">
        {text('code')}
        <TextField
          name="amountCents"
          label={t.amount}
          hint={t.amountHint}
          optional
          value={draft.value.amount}
          error={wrongAmount.value ? t.amountWrong : errors.get('amountCents')?.message}
          onInput={(v) => set({ amount: v })}
        />
      </div>
      {text('label')}
      <SelectField
        name="speciality"
        label={t.specialityLabel}
        value={draft.value.speciality}
        options={options(t.speciality)}
        onChange={(v) => set({ speciality: v })}
      />
      <SelectField
        name="modality"
        label={t.modalityLabel}
        value={draft.value.modality}
        options={options(t.modality)}
        onChange={(v) => set({ modality: v })}
      />
      <div class="pair end">
        {date('validFrom', code?.used ? t.validFromUsed : undefined)}
        {date('validTo')}
      </div>
      {text('source', t.sourceHint)}
      <FailureSummary failure={command.failure} labels={labels} />
      <Button submit kind="primary" wide busy={command.busy}>
        {common().save}
      </Button>
    </form>
  )
}

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { FieldError } from './field-error'
import './form.css'

interface ChoicesProps<V extends string> {
  name: string
  label: ComponentChildren
  hint?: string | undefined
  error?: string | undefined
  value: V | ''
  options: readonly { value: V; label: ComponentChildren }[]
  onChange: (value: V) => void
}

/** A few answers, all visible, one tap each: native radio buttons in the dress of chips. */
export function Choices<V extends string>({ name, label, hint, error, value, options, onChange }: ChoicesProps<V>) {
  const id = useId()
  return (
    <fieldset class="field" aria-describedby={`${id}h ${id}e`} aria-invalid={error ? 'true' : undefined}>
      <legend>{label}</legend>
      {hint && (
        <p id={`${id}h`} class="hint">
          {hint}
        </p>
      )}
      <div class="chips">
        {options.map((o) => (
          <label key={o.value} class="chip">
            <input
              type="radio"
              name={`${id}${name}`}
              data-field={name}
              value={o.value}
              checked={value === o.value}
              onChange={() => onChange(o.value)}
            />
            <span>{o.label}</span>
          </label>
        ))}
      </div>
      <FieldError id={`${id}e`} text={error} />
    </fieldset>
  )
}

interface TickProps {
  name?: string
  checked: boolean
  onChange: (checked: boolean) => void
  children: ComponentChildren
}

export function Tick({ name, checked, onChange, children }: TickProps) {
  return (
    <label class="tick">
      <input type="checkbox" name={name} checked={checked} onChange={(e) => onChange(e.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  )
}

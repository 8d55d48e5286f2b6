import type { ComponentChildren, InputHTMLAttributes, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { common } from '../i18n/common'
import { FieldError } from './field-error'
import './form.css'

interface FrameProps {
  label: ComponentChildren
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
}

interface Described {
  id: string
  'aria-describedby': string
  'aria-invalid'?: 'true'
}

function Frame({ label, hint, error, optional, render }: FrameProps & { render: (d: Described) => JSX.Element }) {
  const id = useId()
  const described: Described = { id, 'aria-describedby': `${id}h ${id}e` }
  if (error) described['aria-invalid'] = 'true'
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="hint">({common().optional})</span>}
      </label>
      {hint && (
        <p id={`${id}h`} class="hint">
          {hint}
        </p>
      )}
      {render(described)}
      <FieldError id={`${id}e`} text={error} />
    </div>
  )
}

interface TextProps extends FrameProps {
  /** The JSON path of the server's input, which names the violations that belong here. */
  name: string
  value: string
  onInput: (value: string) => void
  onBlur?: () => void
  type?: 'text' | 'email' | 'tel' | 'password' | 'date' | 'time' | 'datetime-local' | 'number' | 'search'
  inputMode?: 'numeric' | 'text' | 'email' | 'tel'
  autoComplete?: string
  placeholder?: string
  min?: string
  max?: string
  required?: boolean
  autoCapitalize?: 'none' | 'words'
}

export function TextField({ label, hint, error, optional, onInput, required, name, type, ...rest }: TextProps) {
  return (
    <Frame
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      render={(d) => (
        <input
          // The kinds of input are one union to the compiler and one element here.
          {...({ ...rest, ...d, type: type ?? 'text' } as InputHTMLAttributes<HTMLInputElement>)}
          name={name}
          aria-required={required}
          onInput={(e) => onInput(e.currentTarget.value)}
        />
      )}
    />
  )
}

interface AreaProps extends FrameProps {
  name: string
  value: string
  onInput: (value: string) => void
  rows?: number
  readOnly?: boolean
}

export function TextArea({ label, hint, error, optional, onInput, ...rest }: AreaProps) {
  return (
    <Frame
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      render={(d) => <textarea {...rest} {...d} onInput={(e) => onInput(e.currentTarget.value)} />}
    />
  )
}

interface SelectProps<V extends string> extends FrameProps {
  name: string
  value: V | ''
  options: readonly { value: V; label: string }[]
  onChange: (value: V) => void
  /** Shown while nothing is chosen. */
  empty?: string
}

export function SelectField<V extends string>(props: SelectProps<V>) {
  const { label, hint, error, optional, name, value, options, onChange, empty } = props
  return (
    <Frame
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      render={(d) => (
        <select {...d} name={name} value={value} onChange={(e) => onChange(e.currentTarget.value as V)}>
          {empty !== undefined && <option value="">{empty}</option>}
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    />
  )
}

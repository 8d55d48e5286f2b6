import type { Role } from '../../api/types'
import { Tick } from '../../ui/choice'
import { FieldError } from '../../ui/field-error'
import { texts } from './texts'

const roles: readonly Role[] = ['secretary', 'practitioner', 'manager']

interface Props {
  value: readonly Role[]
  error?: string | undefined
  onChange: (value: Role[]) => void
}

export function RolesField({ value, error, onChange }: Props) {
  const t = texts()
  return (
    <fieldset class="field" aria-describedby="roles-hint roles-error">
      <legend>{t.rolesLabel}</legend>
      <p id="roles-hint" class="hint">
        {t.rolesHint}
      </p>
      <div>
        {roles.map((role) => (
          <Tick
            key={role}
            name="roles"
            checked={value.includes(role)}
            onChange={(on) => onChange(roles.filter((r) => (r === role ? on : value.includes(r))))}
          >
            {t.roles[role]}
          </Tick>
        ))}
      </div>
      <FieldError id="roles-error" text={error} />
    </fieldset>
  )
}

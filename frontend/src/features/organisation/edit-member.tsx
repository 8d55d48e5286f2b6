import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import type { AddedMember, Member, Role } from '../../api/types'
import { common } from '../../i18n/common'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { practitionerName } from '../../ui/row'
import { InitialPassword } from './initial-password'
import { RolesField } from './roles-field'
import { texts } from './texts'

interface Props {
  path: string
  member: Member
  onChanged: () => void
  onClose: () => void
}

/** Somebody's roles, their way out of the department, and a new password when they forgot theirs. */
export function EditMember({ path, member, onChanged, onClose }: Props) {
  const t = texts()
  const name = practitionerName(member)
  const roles = useSignal<Role[]>(member.roles)
  const password = useSignal<string | undefined>(undefined)
  const assign = useCommand<{ roles: Role[] }, Member>('PUT', `${path}/${member.id}/roles`)
  const reset = useCommand<Record<string, never>, AddedMember>('POST', `${path}/${member.id}/password`)
  async function save(wanted: Role[]): Promise<void> {
    if (!(await assign.run({ roles: wanted }))) return
    announce(t.saved)
    onClose()
    onChanged()
  }
  if (password.value) return <InitialPassword name={name} password={password.value} onClose={onClose} />
  return (
    <div class="stack">
      <p class="muted">
        {member.email} {member.rpps && `· RPPS ${member.rpps}`}
      </p>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault()
          void save(roles.value)
        }}
      >
        <RolesField
          value={roles.value}
          onChange={(v) => {
            roles.value = v
          }}
        />
        <FailureSummary failure={assign.failure} />
        {roles.value.length > 0 && (
          <Button submit kind="primary" wide busy={assign.busy}>
            {common().save}
          </Button>
        )}
      </form>
      {!member.isMe && !member.disabled && (
        <details>
          <summary>{t.reset}</summary>
          <div class="stack">
            <p>{t.resetWhy}</p>
            <FailureSummary failure={reset.failure} />
            <Button
              wide
              busy={reset.busy}
              onClick={async () => {
                const answer = await reset.run({})
                if (answer) password.value = answer.data.initialPassword
              }}
            >
              {t.reset}
            </Button>
          </div>
        </details>
      )}
      <details>
        <summary>{t.remove}</summary>
        <div class="stack">
          <p>{t.removeWhy(name)}</p>
          <Button kind="danger" wide busy={assign.busy} onClick={() => void save([])}>
            {t.remove}
          </Button>
        </div>
      </details>
    </div>
  )
}

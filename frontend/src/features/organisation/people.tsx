import { useSignal } from '@preact/signals'
import { useRead } from '../../api/read'
import type { Page as List, ManagedDepartment, Member } from '../../api/types'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { practitionerName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { AddMember } from './add-member'
import { EditMember } from './edit-member'
import { texts } from './texts'

interface Props {
  department: ManagedDepartment
  /** The caller's own roles may be others now. */
  onChanged: () => void
}

export default function People({ department, onChanged }: Props) {
  const t = texts()
  const path = `/departments/${department.id}/staff`
  const reading = useRead<List<Member>>(path)
  const adding = useSignal(false)
  const edited = useSignal<string | undefined>(undefined)
  const person = reading.data?.items.find((m) => m.id === edited.value)
  const close = () => {
    adding.value = false
    edited.value = undefined
  }
  const changed = (whose?: Member) => {
    void reading.reload()
    if (whose?.isMe) onChanged()
  }
  return (
    <>
      <Seen reading={reading} zone={department.timezone} />
      {reading.data?.items.length === 0 && <p class="empty">{t.nobody}</p>}
      <ul class="stack tight">
        {reading.data?.items.map((m) => (
          <li key={m.id} class="card person">
            <div>
              <strong>{practitionerName(m)}</strong> {m.isMe && <span class="badge">{t.me}</span>}
              {m.disabled && <span class="badge warn">{t.disabled}</span>}
              <p class="small">{m.roles.map((r) => t.roles[r]).join(', ')}</p>
              <p class="small muted">{m.email}</p>
            </div>
            <Button
              kind="quiet"
              icon="pencil"
              label={t.change(practitionerName(m))}
              onClick={() => {
                edited.value = m.id
              }}
            />
          </li>
        ))}
      </ul>
      <Button
        kind="primary"
        icon="user-round"
        wide
        onClick={() => {
          adding.value = true
        }}
      >
        {t.add}
      </Button>
      {adding.value && (
        <Dialog title={t.add} onClose={close}>
          <AddMember path={path} onAdded={() => changed()} onClose={close} />
        </Dialog>
      )}
      {person && (
        <Dialog title={practitionerName(person)} onClose={close}>
          <EditMember path={path} member={person} onChanged={() => changed(person)} onClose={close} />
        </Dialog>
      )}
    </>
  )
}

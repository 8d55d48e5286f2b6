import { useSignal } from '@preact/signals'
import { useRead } from '../../api/read'
import { department, me, start } from '../../api/session'
import type { Page as List, ManagedDepartment } from '../../api/types'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { SelectField } from '../../ui/field'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { Seen } from '../../ui/seen'
import { texts } from './texts'
import './organisation.css'

const loadPeople = () => import('./people')
const loadSettings = () => import('./settings-form')
const loadDelivery = () => import('./delivery')
const loadWordings = () => import('./wordings')
const loadCodes = () => import('./codes')

type Part = 'people' | 'settings' | 'delivery' | 'wordings' | 'codes'

/** What a manager decides about their department, and who works in it; the administrator for all of them. */
export default function Organisation(_: ScreenProps) {
  const t = texts()
  const reading = useRead<List<ManagedDepartment>>('/departments')
  const chosen = useSignal(department.value?.id)
  const part = useSignal<Part>('people')
  const creating = useSignal(false)
  const managed = reading.data?.items.filter((d) => d.canManage) ?? []
  const current = managed.find((d) => d.id === chosen.value) ?? managed[0]
  const mayCreate = me.value?.permissions.includes('department.create')
  // The frame shows names and roles from the session.
  const changed = () => {
    void reading.reload()
    void start()
  }
  return (
    <Page
      title={t.title}
      aside={
        mayCreate && (
          <Button
            onClick={() => {
              creating.value = true
            }}
          >
            {t.newDepartment}
          </Button>
        )
      }
    >
      <Seen reading={reading} zone={current?.timezone ?? 'Europe/Paris'} />
      {reading.data && managed.length === 0 && <p class="empty">{t.none}</p>}
      {current && managed.length > 1 && (
        <SelectField
          name="department"
          label={t.department}
          value={current.id}
          options={managed.map((d) => ({ value: d.id, label: `${d.name} (${d.code})` }))}
          onChange={(id) => {
            chosen.value = id
          }}
        />
      )}
      {current && (
        <>
          <Choices<Part>
            name="part"
            label={managed.length > 1 ? t.show : `${current.name}, ${current.hospital}`}
            value={part.value}
            options={[
              { value: 'people', label: t.people },
              { value: 'settings', label: t.settings },
              { value: 'delivery', label: t.delivery },
              { value: 'wordings', label: t.wordings },
              { value: 'codes', label: t.codes },
            ]}
            onChange={(v) => {
              part.value = v
            }}
          />
          <Shown key={`${current.id} ${part.value}`} part={part.value} department={current} onChanged={changed} />
        </>
      )}
      {creating.value && (
        <Dialog
          title={t.newDepartment}
          onClose={() => {
            creating.value = false
          }}
        >
          <Lazy
            load={loadSettings}
            props={{
              department: undefined,
              onSaved: (d) => {
                creating.value = false
                chosen.value = d.id
                part.value = 'people'
                changed()
              },
            }}
          />
        </Dialog>
      )}
    </Page>
  )
}

interface ShownProps {
  part: Part
  department: ManagedDepartment
  onChanged: () => void
}

function Shown({ part, department, onChanged }: ShownProps) {
  if (part === 'people') return <Lazy load={loadPeople} props={{ department, onChanged }} />
  if (part === 'wordings') return <Lazy load={loadWordings} props={{ department }} />
  if (part === 'codes') return <Lazy load={loadCodes} props={{ department }} />
  if (part === 'delivery') return <Lazy load={loadDelivery} props={{ department, onSaved: onChanged }} />
  return (
    <div class="card">
      <Lazy load={loadSettings} props={{ department, onSaved: onChanged }} />
    </div>
  )
}

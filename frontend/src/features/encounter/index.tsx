import { useSignal } from '@preact/signals'
import { encounterPath } from '../../api/command'
import { useRead } from '../../api/read'
import { me } from '../../api/session'
import type { Department, Encounter } from '../../api/types'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { patientName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { Chain } from './chain'
import './encounter.css'
import { Facts } from './facts'
import { Next } from './next'
import { loadCancel, loadEdit, loadFinish, loadHistory, loadMessages } from './parts'
import { texts } from './texts'

type Open = 'finish' | 'cancel' | 'edit' | undefined

interface Props {
  encounter: Encounter
  etag: string | undefined
  department: Department
}

function Sheet({ encounter, etag, department }: Props) {
  const t = texts()
  const open = useSignal<Open>(undefined)
  const close = () => {
    open.value = undefined
  }
  const finish = () => {
    open.value = 'finish'
  }
  const may = (action: Encounter['allowed'][number]) => encounter.allowed.includes(action)
  const props = { encounter, department, onClose: close }
  return (
    <>
      <Facts encounter={encounter} zone={department.timezone} />
      <Next encounter={encounter} onFinish={finish} />
      <Chain encounter={encounter} department={department} onFinish={finish} />
      <details class="card" open={encounter.messages.some((m) => m.word === 'non remis')}>
        <summary class="line">
          <Icon name="mail" /> {t.messages} <span class="badge">{encounter.messages.length}</span>
        </summary>
        <Lazy load={loadMessages} props={{ encounter, zone: department.timezone }} />
      </details>
      <HistorySection id={encounter.id} zone={department.timezone} />
      <div class="actions">
        {may('edit') && (
          <Button
            icon="pencil"
            onClick={() => {
              open.value = 'edit'
            }}
          >
            {t.edit}
          </Button>
        )}
        {may('cancel') && (
          <Button
            kind="danger"
            icon="ban"
            onClick={() => {
              open.value = 'cancel'
            }}
          >
            {t.cancel}
          </Button>
        )}
      </div>
      {open.value === 'finish' && <Lazy load={loadFinish} props={props} />}
      {open.value === 'cancel' && <Lazy load={loadCancel} props={props} />}
      {open.value === 'edit' && <Lazy load={loadEdit} props={{ ...props, etag }} />}
    </>
  )
}

function HistorySection({ id, zone }: { id: string; zone: string }) {
  const shown = useSignal(false)
  return (
    <details
      class="card"
      onToggle={(e) => {
        shown.value ||= e.currentTarget.open
      }}
    >
      <summary class="line">
        <Icon name="history" /> {texts().history}
      </summary>
      {shown.value && <Lazy load={loadHistory} props={{ id, zone }} />}
    </details>
  )
}

function Consultation({ id }: { id: string }) {
  const t = texts()
  const reading = useRead<Encounter>(encounterPath(id), { topics: [`encounter:${id}`] })
  const encounter = reading.data
  const department = me.value?.departments.find((d) => d.id === encounter?.departmentId)
  return (
    <Page title={encounter ? patientName(encounter.patient) : t.title}>
      <Seen reading={reading} zone={department?.timezone ?? 'Europe/Paris'} />
      {encounter && department && <Sheet encounter={encounter} etag={reading.etag} department={department} />}
    </Page>
  )
}

export default function EncounterScreen({ params }: ScreenProps) {
  const id = params.id ?? ''
  return <Consultation key={id} id={id} />
}

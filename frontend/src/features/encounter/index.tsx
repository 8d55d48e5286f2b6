import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { encounterPath } from '../../api/command'
import { useRead } from '../../api/read'
import { me } from '../../api/session'
import type { Department, Encounter } from '../../api/types'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { patientName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { Chain } from './chain'
import './encounter.css'
import { Facts } from './facts'
import { Next } from './next'
import { loadCancel, loadEdit, loadFinish, loadHistory, loadMessages, loadTask } from './parts'
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
      {encounter.contactTask && <Lazy load={loadTask} props={{ encounter, department }} />}
      <Facts encounter={encounter} zone={department.timezone} />
      <Next encounter={encounter} department={department} onFinish={finish} />
      <Chain encounter={encounter} department={department} onFinish={finish} />
      <Section
        icon="mail"
        title={t.messages}
        badge={encounter.messages.length}
        open={encounter.messages.some((m) => m.word === 'non remis' && m.status !== 'cancelled')}
      >
        <Lazy load={loadMessages} props={{ encounter, zone: department.timezone }} />
      </Section>
      <Section icon="history" title={t.history}>
        <Lazy load={loadHistory} props={{ id: encounter.id, zone: department.timezone }} />
      </Section>
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

interface SectionProps {
  icon: IconName
  title: string
  badge?: number
  open?: boolean
  children: ComponentChildren
}

/** What is looked at now and then: its content comes when it is first opened. */
function Section({ icon, title, badge, open, children }: SectionProps) {
  const shown = useSignal(open ?? false)
  return (
    <details
      class="card"
      open={open}
      onToggle={(e) => {
        shown.value ||= e.currentTarget.open
      }}
    >
      <summary class="line">
        <Icon name={icon} /> {title} {badge !== undefined && <span class="badge">{badge}</span>}
      </summary>
      {shown.value && children}
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

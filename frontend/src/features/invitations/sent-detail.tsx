import { useSignal } from '@preact/signals'
import { encounterPath } from '../../api/command'
import { useRead } from '../../api/read'
import { can, department, me } from '../../api/session'
import type { ContactTask, Encounter } from '../../api/types'
import { Button } from '../../ui/button'
import ContactForm from '../../ui/contact-form'
import { ContactTaskBody } from '../../ui/contact-task'
import { contactTexts } from '../../ui/contact-texts'
import { Seen } from '../../ui/seen'
import type { Line, List } from './list'
import { reviewTexts } from './review-texts'
import { sentTexts } from './sent-texts'

interface HelpProps {
  id: string
  task: ContactTask
}

/** The whole consultation is only read when somebody sets about it: there may be hundreds of rows. */
function Help({ id, task }: HelpProps) {
  const reading = useRead<Encounter>(encounterPath(id), { topics: [`encounter:${id}`] })
  const encounter = reading.data
  const d = me.value?.departments.find((one) => one.id === encounter?.departmentId) ?? department.value
  const zone = d?.timezone ?? 'Europe/Paris'
  const now = encounter ? encounter.contactTask : task
  return (
    <>
      <Seen reading={reading} zone={zone} />
      {now && (
        <ContactTaskBody
          encounterId={id}
          task={now}
          zone={zone}
          mayCall={can('message.send', d)}
          mayCorrect={can('encounter.schedule', d)}
        />
      )}
      {encounter?.allowed.includes('contact') && (
        <details open>
          <summary>{contactTexts().correctContact}</summary>
          <ContactForm encounter={encounter} />
        </details>
      )}
    </>
  )
}

/** Somebody whom nothing reached: why, and in one touch the call or the correction. */
export default function SentDetail({ line }: { list: List; line: Line }) {
  const open = useSignal(false)
  const row = line.view.value
  const task = row.delivery?.task
  if (!task || !row.encounterId) return null
  return (
    <section class="card stack task">
      <div class="line between">
        <p lang={open.value ? undefined : 'fr'}>{open.value ? contactTexts().title : task.what}</p>
        <Button
          icon={open.value ? 'x' : 'phone'}
          label={sentTexts().reach + reviewTexts().ofLine(String(row.line))}
          onClick={() => {
            open.value = !open.value
          }}
        >
          {sentTexts().reach}
        </Button>
      </div>
      {open.value && <Help id={row.encounterId} task={task} />}
    </section>
  )
}

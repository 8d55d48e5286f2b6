import { can } from '../../api/session'
import type { Department, Encounter } from '../../api/types'
import ContactForm from '../../ui/contact-form'
import { ContactTaskBody } from '../../ui/contact-task'
import { contactTexts } from '../../ui/contact-texts'
import { Icon } from '../../ui/icon'

/** Nobody has reached this patient: above everything else until somebody has. */
export default function Task({ encounter, department }: { encounter: Encounter; department: Department }) {
  const t = contactTexts()
  const task = encounter.contactTask
  if (!task) return null
  const may = encounter.allowed.includes('contact')
  return (
    <section class="card stack task" aria-labelledby="task">
      <h2 id="task" class="line">
        <Icon name="triangle-alert" />
        {t.title}
      </h2>
      <ContactTaskBody
        encounterId={encounter.id}
        task={task}
        zone={department.timezone}
        mayCall={can('message.send', department)}
        mayCorrect={may}
      />
      {may && (
        <details>
          <summary>{t.correctContact}</summary>
          <ContactForm encounter={encounter} />
        </details>
      )}
    </section>
  )
}

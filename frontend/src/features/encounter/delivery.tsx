import { useEncounterCommand } from '../../api/command'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import ContactForm from '../../ui/contact-form'
import { contactTexts } from '../../ui/contact-texts'
import { FailureSummary } from '../../ui/failure'
import { MessageLine } from './message-line'
import { messagesTexts } from './messages-texts'
import { Risks } from './risks'
import type { StepProps } from './step-action'

/** How far the notice or the invitation has come, and another try. The server sends what fits now. */
export default function Delivery({ encounter, department, purpose }: StepProps & { purpose: 'notice' | 'invitation' }) {
  const t = messagesTexts()
  const command = useEncounterCommand<Record<string, never>>(encounter.id, 'invitation')
  const mine = encounter.messages.filter((m) => m.purpose === purpose)
  const run = async () => {
    if (await command.run({})) announce(t.resent)
  }
  return (
    <>
      <ol class="timeline">
        {mine.map((message) => (
          <li key={message.id}>
            <MessageLine message={message} zone={department.timezone} />
            {message.explanation && <p class="small">{message.explanation}</p>}
          </li>
        ))}
      </ol>
      {mine.length === 0 && purpose === 'invitation' && <p class="muted">{t.itself}</p>}
      <Risks encounter={encounter} />
      <FailureSummary failure={command.failure} />
      {encounter.allowed.includes('invitation') && mine.length > 0 && (
        <Button icon="refresh-cw" busy={command.busy} onClick={() => void run()}>
          {t.resend[purpose]}
        </Button>
      )}
      {encounter.allowed.includes('contact') && (
        <details>
          <summary>{contactTexts().correctContact}</summary>
          <ContactForm encounter={encounter} />
        </details>
      )}
    </>
  )
}

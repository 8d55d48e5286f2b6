import { useEncounterCommand } from '../../api/command'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import ContactForm from './contact'
import Messages from './messages'
import { messagesTexts } from './messages-texts'
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
      {mine.length > 0 && <Messages encounter={{ ...encounter, messages: mine }} zone={department.timezone} />}
      {mine.length === 0 && purpose === 'invitation' && <p class="muted">{t.itself}</p>}
      <FailureSummary failure={command.failure} />
      {encounter.allowed.includes('invitation') && mine.length > 0 && (
        <Button icon="refresh-cw" busy={command.busy} onClick={() => void run()}>
          {t.resend[purpose]}
        </Button>
      )}
      {encounter.allowed.includes('contact') && (
        <details>
          <summary>{t.correct}</summary>
          <ContactForm encounter={encounter} />
        </details>
      )}
    </>
  )
}

import { useEncounterCommand } from '../../api/command'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import Messages from './messages'
import { messagesTexts } from './messages-texts'
import type { StepProps } from './step-action'

export default function InvitationStep({ encounter, department }: StepProps) {
  const t = messagesTexts()
  const command = useEncounterCommand<Record<string, never>>(encounter.id, 'invitation')
  const mine = encounter.messages.filter((m) => m.purpose === 'invitation')
  const run = async () => {
    if (await command.run({})) announce(t.resent)
  }
  return (
    <>
      {mine.length > 0 ? (
        <Messages encounter={{ ...encounter, messages: mine }} zone={department.timezone} />
      ) : (
        <p class="muted">{t.itself}</p>
      )}
      <FailureSummary failure={command.failure} retry={() => void run()} />
      {encounter.allowed.includes('invitation') && mine.length > 0 && (
        <Button icon="refresh-cw" busy={command.busy} onClick={() => void run()}>
          {t.resend}
        </Button>
      )}
    </>
  )
}

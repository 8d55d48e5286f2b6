import { useEncounterCommand } from '../../api/command'
import { can, me } from '../../api/session'
import type { Channel, Encounter, MessageTimeline } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { locale } from '../../i18n/language'
import { money } from '../../i18n/money'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { messagesTexts } from './messages-texts'

interface Props {
  message: MessageTimeline
  encounter: Encounter
  zone: string
}

/** Every attempt and every receipt, in plain French, and what can be done about the message. */
export function MessageStory({ message, encounter, zone }: Props) {
  return (
    <div class="story stack">
      <ol class="steps">
        {message.steps.map((step) => (
          <li key={step.at + step.kind + step.text}>
            <span class="small muted num">{showMoment(step.at, zone)}</span>
            <span lang="fr">{step.text}</span>
          </li>
        ))}
      </ol>
      <Price message={message} />
      <Actions message={message} encounter={encounter} />
    </div>
  )
}

function Price({ message }: { message: MessageTimeline }) {
  const t = messagesTexts()
  const parts: string[] = []
  if (message.subject) parts.push(t.subject(message.subject))
  if (message.channel === 'sms' && message.segments) parts.push(t.segments(message.segments))
  if (message.costCents !== undefined) {
    const price = money(message.costCents, locale.value, message.costCurrency)
    parts.push(message.costEstimated ? t.costEstimated(price) : price)
  }
  return parts.length > 0 ? <p class="small muted">{parts.join(' · ')}</p> : null
}

/** The channels by which this patient, or the representative, can be written to. */
export function channelsOf({ patient }: Pick<Encounter, 'patient'>): Channel[] {
  const person = patient.representative ?? patient
  const found: Channel[] = []
  if (person.email) found.push('email')
  if (person.mobile) found.push('sms')
  return found
}

function Actions({ message, encounter }: Omit<Props, 'zone'>) {
  const t = messagesTexts()
  const path = `messages/${message.id}`
  const resend = useEncounterCommand<{ channel: Channel }>(encounter.id, `${path}/resend`)
  const withdraw = useEncounterCommand<Record<string, never>>(encounter.id, `${path}/withdraw`)
  const department = me.value?.departments.find((d) => d.id === encounter.departmentId)
  if (!can('message.send', department) || (!message.canResend && !message.canWithdraw)) return null
  const again = async (channel: Channel) => {
    if (await resend.run({ channel })) announce(t.resent)
  }
  const back = async () => {
    if (await withdraw.run({})) announce(t.withdrawDone)
  }
  return (
    <>
      <FailureSummary failure={resend.failure ?? withdraw.failure} />
      <div class="actions">
        {message.canResend &&
          channelsOf(encounter).map((channel) => (
            <Button key={channel} icon="refresh-cw" busy={resend.busy} onClick={() => void again(channel)}>
              {t.resendBy[channel]}
            </Button>
          ))}
        {message.canWithdraw && (
          <Button kind="danger" icon="ban" busy={withdraw.busy} onClick={() => void back()}>
            {t.withdraw}
          </Button>
        )}
      </div>
    </>
  )
}

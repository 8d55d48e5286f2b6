import type { Encounter, Message, MessageWord } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Icon } from '../../ui/icon'
import { messagesTexts } from './messages-texts'

const tones: Record<MessageWord, string> = {
  'en file': '',
  envoyé: '',
  remis: 'ok',
  lu: 'ok',
  'non remis': 'bad',
}

function Item({ message, zone }: { message: Message; zone: string }) {
  const t = messagesTexts()
  return (
    <li>
      <p class="line between">
        <span>
          <Icon name={message.channel === 'sms' ? 'message-square-text' : 'mail'} /> {t.purpose[message.purpose]}
        </span>
        <span class={`badge ${tones[message.word]}`}>{t.word[message.word]}</span>
      </p>
      <p class="small muted">
        {t.channel[message.channel]} · {message.to} · {showMoment(message.at, zone)}
      </p>
      {message.explanation && <p class="small">{message.explanation}</p>}
    </li>
  )
}

/** Every message to the patient, each with how far it came. */
export default function Messages({ encounter, zone }: { encounter: Encounter; zone: string }) {
  const t = messagesTexts()
  if (encounter.messages.length === 0) return <p class="muted">{t.none}</p>
  return (
    <ol class="timeline">
      {encounter.messages.map((message) => (
        <Item key={message.id} message={message} zone={zone} />
      ))}
    </ol>
  )
}

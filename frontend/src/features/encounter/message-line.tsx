import type { Message } from '../../api/types'
import { now } from '../../i18n/clock'
import { showMoment } from '../../i18n/dates'
import { Icon } from '../../ui/icon'
import { isPlanned, toneOf } from './message-list'
import { messagesTexts } from './messages-texts'

interface Props {
  message: Pick<Message, 'purpose' | 'word' | 'status' | 'channel' | 'to' | 'at' | 'notBefore' | 'code'>
  zone: string
  /** What else became of it. */
  note?: string | undefined
}

/** One message: what it is for, how far it came in one of five words, where it went and when. */
export function MessageLine({ message, zone, note }: Props) {
  const t = messagesTexts()
  const planned = isPlanned(message, now.value)
  const purpose = t.purpose[message.purpose]
  return (
    <div class="grow">
      <p class="headline">
        <span>
          <Icon name={message.channel === 'sms' ? 'message-square-text' : 'mail'} />{' '}
          {planned ? t.plannedFor(purpose, showMoment(message.notBefore, zone)) : purpose}
        </span>
        <span class={`badge ${toneOf(message.word, message.status)}`}>{t.word[message.word]}</span>
      </p>
      <p class="small muted address">
        {t.channel[message.channel]} · {message.to}
        {!planned && ` · ${showMoment(message.at, zone)}`}
        {note && ` · ${note}`}
      </p>
    </div>
  )
}

import type { ComponentChildren } from 'preact'
import { useRead } from '../../api/read'
import type { Encounter, MessageTimeline, Page } from '../../api/types'
import { now } from '../../i18n/clock'
import { Seen } from '../../ui/seen'
import { MessageLine } from './message-line'
import { arrange } from './message-list'
import { MessageStory } from './message-story'
import { messagesTexts } from './messages-texts'
import { Risks } from './risks'

interface Props {
  encounter: Encounter
  zone: string
}

/** Every message to the patient, each with how far it came; a tap opens its story and what can be done. */
export default function Messages({ encounter, zone }: Props) {
  const t = messagesTexts()
  const path = `/encounters/${encounter.id}/messages`
  const reading = useRead<Page<MessageTimeline>>(path, { topics: [`history:${encounter.id}`] })
  const all = reading.data?.items
  if (!all)
    return (
      <>
        <Seen reading={reading} zone={zone} />
        <Short encounter={encounter} zone={zone} />
      </>
    )
  if (all.length === 0) return <p class="muted">{t.none}</p>
  const { planned, recent, older } = arrange(all, now.value)
  const list = (messages: readonly MessageTimeline[]) => (
    <ol class="timeline">
      {messages.map((message) => (
        <Item key={message.id} message={message} all={all} encounter={encounter} zone={zone} />
      ))}
    </ol>
  )
  return (
    <>
      <Seen reading={reading} zone={zone} />
      <Risks encounter={encounter} />
      {planned.length > 2 ? <More title={t.planned(planned.length)}>{list(planned)}</More> : list(planned)}
      {list(recent)}
      {older.length > 0 && <More title={t.older(older.length)}>{list(older)}</More>}
      <p>
        <a class="btn" href="/help/messages">
          {t.meaning}
        </a>
      </p>
    </>
  )
}

/** What the consultation itself knows of its messages: shown until their stories have come, or without network. */
function Short({ encounter, zone }: Props) {
  return (
    <ol class="timeline">
      {encounter.messages.map((message) => (
        <li key={message.id}>
          <MessageLine message={message} zone={zone} />
          {message.explanation && <p class="small">{message.explanation}</p>}
        </li>
      ))}
    </ol>
  )
}

function More({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details class="more">
      <summary>{title}</summary>
      {children}
    </details>
  )
}

interface ItemProps extends Props {
  message: MessageTimeline
  all: readonly MessageTimeline[]
}

function Item({ message, all, encounter, zone }: ItemProps) {
  const t = messagesTexts()
  const after = all.find((m) => m.id === message.followedBy)
  const before = all.find((m) => m.id === message.follows)
  const note = after ? t.replacedBy[after.channel] : before ? t.replaces[before.channel] : undefined
  return (
    <li>
      <details class="message">
        <summary>
          <MessageLine message={message} zone={zone} note={message.status === 'cancelled' ? t.withdrawn : note} />
        </summary>
        <MessageStory message={message} encounter={encounter} zone={zone} />
      </details>
    </li>
  )
}

import { online, type Reading } from '../api/read'
import { common } from '../i18n/common'
import { showMoment } from '../i18n/dates'
import { Banner } from './banner'
import { Button } from './button'
import { failureText } from './failure-text'

interface Props {
  reading: Reading<unknown> & { reload: () => Promise<void> }
  zone: string
}

/** Above what was read: whether it is fresh, when it was seen if not, and a way to ask again. */
export function Seen({ reading, zone }: Props) {
  const t = common()
  if (!reading.failure) {
    return reading.data === undefined && reading.loading ? <p class="muted">{t.loading}</p> : null
  }
  const text =
    reading.seenAt !== undefined && !online.value
      ? t.offline(showMoment(reading.seenAt, zone))
      : failureText(reading.failure)
  return (
    <Banner
      tone="warn"
      icon={online.value ? 'triangle-alert' : 'wifi-off'}
      action={<Button icon="refresh-cw" label={t.retry} onClick={() => void reading.reload()} />}
    >
      {text}
    </Banner>
  )
}

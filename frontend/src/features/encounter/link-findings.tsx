import type { ParsedInvitation } from '../../api/types'
import { dayOf, showDay, timeOf } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Banner } from '../../ui/banner'
import { Tick } from '../../ui/choice'
import { toggled } from '../../ui/meeting-checklist'
import { linkTexts, remarks, type ToSettle } from './invitation-text'

/** What was read in the text, and every remark about it, explained. */
export function ReadOut({ parsed, zone }: { parsed: ParsedInvitation; zone: string }) {
  const t = linkTexts()
  const when = parsed.startsAt
    ? `${showDay(dayOf(parsed.startsAt, zone), { year: 'numeric' })}, ${timeOf(parsed.startsAt, zone)}`
    : undefined
  const rows: [string, string | null | undefined][] = [
    [t.tool, parsed.tool && words().tool[parsed.tool]],
    [t.url, parsed.url],
    [t.meetingId, parsed.meetingId],
    [t.passcode, parsed.passcode ?? (/[?&](pwd|p)=/.test(parsed.url ?? '') ? t.inLink : null)],
    [t.topic, parsed.topic],
    [t.date, when],
  ]
  return (
    <section class="stack">
      <h3>{t.read}</h3>
      <dl class="facts-table">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={value ? undefined : 'muted'}>{value || t.none}</dd>
          </div>
        ))}
      </dl>
      {remarks(parsed).map((finding) => (
        <Banner
          key={finding.code}
          tone={finding.severity === 'error' ? 'bad' : 'warn'}
          icon={finding.severity === 'error' ? 'circle-alert' : 'triangle-alert'}
        >
          {finding.message}
        </Banner>
      ))}
    </section>
  )
}

interface SettleProps {
  items: readonly ToSettle[]
  settled: readonly string[]
  onChange: (settled: string[]) => void
}

/** Differences between the invitation and the plan: each is a person's tick. */
export function Settle({ items, settled, onChange }: SettleProps) {
  const t = linkTexts()
  if (items.length === 0) return null
  return (
    <fieldset class="banner warn block">
      <legend class="visually-hidden">{t.settle}</legend>
      <div>
        <p>
          <strong>{t.settle}</strong>
        </p>
        {items.map((item) => (
          <Tick
            key={item.code}
            name={item.code}
            checked={settled.includes(item.code)}
            onChange={(on) => onChange(toggled(settled, item.code, on))}
          >
            {t.settled(item.message)}
          </Tick>
        ))}
      </div>
    </fieldset>
  )
}

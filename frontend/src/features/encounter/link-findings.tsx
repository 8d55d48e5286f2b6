import type { ParsedInvitation } from '../../api/types'
import { dayOf, showDay, timeOf } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Banner } from '../../ui/banner'
import { Tick } from '../../ui/choice'
import { linkTexts, remarks, settingLabel, type ToSettle } from './invitation-text'

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

function toggled(list: readonly string[], code: string, on: boolean): string[] {
  return on ? [...list, code] : list.filter((one) => one !== code)
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

interface ChecklistProps {
  codes: readonly string[]
  declared: readonly string[]
  onChange: (declared: string[]) => void
}

/** The tutorial's settings of a meeting made by hand, to be declared. */
export function Checklist({ codes, declared, onChange }: ChecklistProps) {
  const t = linkTexts()
  if (codes.length === 0) return null
  const all = codes.every((code) => declared.includes(code))
  return (
    <fieldset class="card">
      <legend>
        <strong>{t.checklist}</strong>
      </legend>
      <p class="hint">{t.checklistHint}</p>
      {codes.map((code) => (
        <Tick
          key={code}
          name={code}
          checked={declared.includes(code)}
          onChange={(on) => onChange(toggled(declared, code, on))}
        >
          {settingLabel(code)}
        </Tick>
      ))}
      {codes.length > 2 && (
        <Tick name="all" checked={all} onChange={(on) => onChange(on ? [...codes] : [])}>
          <strong>{t.all}</strong>
        </Tick>
      )}
    </fieldset>
  )
}

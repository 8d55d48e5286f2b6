import { showDate, showShortDay } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { showPhone } from '../../ui/contact-texts'
import { Icon } from '../../ui/icon'
import { inWords } from './choices'
import type { Part } from './fields'
import { isWrong, standing } from './order'
import { reviewTexts } from './review-texts'
import { price } from './sentence'
import type { BatchRow } from './types'

const isDay = /^\d{4}-\d{2}-\d{2}$/
const none = <span class="muted">—</span>

function Person({ values: v }: BatchRow) {
  const name = [v.familyName?.toLocaleUpperCase('fr'), v.givenName].filter(Boolean).join(' ')
  const born = v.birthDate && (isDay.test(v.birthDate) ? showDate(v.birthDate) : v.birthDate)
  return (
    <>
      <strong>{name || none}</strong>
      <span class="small muted num">
        {[born, v.language === 'en' && inWords('language', 'en')].filter(Boolean).join(' · ')}
      </span>
    </>
  )
}

function When({ values: v }: BatchRow) {
  const t = reviewTexts()
  const day = v.date && (isDay.test(v.date) ? showShortDay(v.date) : v.date)
  const rest = [
    v.practitioner,
    v.duration && t.minutes(v.duration),
    v.modality === 'telephone' &&
      [t.telephone, v.telephoneReason && inWords('telephoneReason', v.telephoneReason)].filter(Boolean).join(' : '),
  ]
  return (
    <>
      <span class="num">{day || v.time ? [day, v.time].filter(Boolean).join(' ') : none}</span>
      <span class="small muted">{rest.filter(Boolean).join(' · ')}</span>
    </>
  )
}

function Contact({ values: v }: BatchRow) {
  const own = [v.email, v.mobile && showPhone(v.mobile)].filter(Boolean)
  const others = [
    v.representativeName &&
      `${v.representativeName}${v.representativeRelationship ? ` (${inWords('representativeRelationship', v.representativeRelationship)})` : ''}`,
    v.representativeEmail,
    v.representativeMobile && showPhone(v.representativeMobile),
  ].filter(Boolean)
  return (
    <>
      {own.map((one) => (
        <span key={one} class="address num">
          {one}
        </span>
      ))}
      {own.length + others.length === 0 && none}
      {others.length > 0 && <span class="small muted address">{others.join(' · ')}</span>}
    </>
  )
}

/** Where a link leads; what is no address stays as it was typed. */
function hostOf(link: string | undefined): string | undefined {
  return link && (/https?:\/\/([^/?#\s]+)/.exec(link)?.[1] ?? link)
}

function Link({ values: v, outcome }: BatchRow) {
  const t = reviewTexts()
  const tool = v.tool ? inWords('tool', v.tool) : outcome?.link && words().tool[outcome.link.tool]
  if (v.modality === 'telephone' && !v.link) return <span class="muted">{t.telephone}</span>
  return (
    <>
      <span>{tool || none}</span>
      <span class="small muted address">{outcome?.link?.host || hostOf(v.link) || v.reference || t.noLink}</span>
    </>
  )
}

export const contents: Record<Part, (row: BatchRow) => preact.JSX.Element> = {
  person: Person,
  when: When,
  contact: Contact,
  link: Link,
}

/** What sending does with the row. */
export function Outcome({ row }: { row: BatchRow }) {
  const t = reviewTexts()
  const { outcome } = row
  if (!outcome || row.leftOut || isWrong(row)) return <span class="muted">{t.stays}</span>
  const { channels, purpose } = outcome
  const ways = channels.map((c) => (c.channel === 'sms' ? t.sms(c.segments ?? 1) : t.email))
  const cents = channels.reduce((sum, c) => sum + (c.cents ?? 0), 0)
  return (
    <>
      <span>{ways.length > 0 ? t.by(t.purpose[purpose], ways.join(' + ')) : t.nobody}</span>
      <span class="small muted">
        {[cents > 0 && price(cents), !row.fixed && `${t.patient[outcome.patient]}, ${t.encounter[outcome.encounter]}`]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  )
}

const tones = { errors: 'bad', warnings: 'warn', ready: '', out: '' } as const

/** Where the row stands, in a word; a row that was wrong says that it is not any more. */
export function Mark({ row, corrected }: { row: BatchRow; corrected: boolean }) {
  const t = reviewTexts()
  if (row.leftOut) return <span class="badge">{t.standing.out}</span>
  if (corrected && !isWrong(row))
    return (
      <span class="badge ok">
        <Icon name="check" />
        {t.corrected}
      </span>
    )
  const where = standing(row)
  return where === 'ready' ? null : <span class={`badge ${tones[where]}`}>{t.standing[where]}</span>
}

import type { CodingPage, CodingRow } from '../../api/types'
import { dayOf, showDate, showMoment, showShortDay, timeOf } from '../../i18n/dates'
import { locale } from '../../i18n/language'
import { money } from '../../i18n/money'
import { words } from '../../i18n/words'
import { Button } from '../../ui/button'
import { failureText } from '../../ui/failure-text'
import { Icon } from '../../ui/icon'
import { encounterHref, patientName, practitionerName } from '../../ui/row'
import type { Mark } from './board'
import { texts } from './texts'

type Code = CodingPage['codes'][number]

interface Props {
  row: CodingRow
  codes: readonly Code[]
  zone: string
  mark: Mark | undefined
  /** The one key of the act: the proposed code, or what is asked instead. */
  onMain: () => void
  onOther: () => void
}

export function isOpen(row: CodingRow): boolean {
  return row.state === 'to-code' || row.state === 'refused'
}

function Who({ row, zone }: { row: CodingRow; zone: string }) {
  const t = texts()
  const w = words()
  return (
    <div>
      <p>
        <a href={encounterHref(row.encounterId)}>
          <strong>{patientName(row.patient)}</strong>
        </a>
      </p>
      <p class="small muted">
        {w.born(showDate(row.patient.birthDate))}
        {row.patient.ipp && ` · ${t.ipp(row.patient.ipp)}`}
      </p>
      <p class="small num">
        {showShortDay(dayOf(row.startedAt, zone))} {timeOf(row.startedAt, zone)} · {t.minutes(row.minutes)} ·{' '}
        {w.tool[row.tool]}
      </p>
      <p class="small muted">{practitionerName(row.practitioner)}</p>
    </div>
  )
}

function Standing({ row, zone }: { row: CodingRow; zone: string }) {
  const t = texts()
  if (row.state === 'to-code') return row.reason ? <p class="small">{t.reopened(row.reason)}</p> : null
  const { coded } = t.done
  return (
    <p class={row.state === 'refused' ? 'small late' : 'small'}>
      {row.state === 'coded' ? coded(row.code ?? '') : t.done[row.state]}
      {row.reason && ` : ${row.reason}`}
      {row.export !== undefined && ` · ${t.batch(row.export)}`}
      {row.codedBy && row.codedAt && ` · ${t.codedBy(row.codedBy, showMoment(row.codedAt, zone))}`}
    </p>
  )
}

function Proposal({ row, codes }: { row: CodingRow; codes: readonly Code[] }) {
  const t = texts()
  if (!isOpen(row)) return null
  const proposed = codes.find((c) => c.id === row.choices[0])
  return (
    <>
      {proposed && (
        <p>
          <strong>{proposed.code}</strong> {proposed.label}
          {proposed.amountCents !== undefined && ` · ${money(proposed.amountCents, locale.value)}`}{' '}
          {row.certain && (
            <span class="badge ok">
              <Icon name="check" />
              {t.certain}
            </span>
          )}
        </p>
      )}
      <p class="small muted">
        {row.why ?? row.explanation}
        {proposed && !proposed.confirmed && ` ; ${t.toConfirm}`}
      </p>
      {row.flags.map((f) => (
        <p key={f.code} class="small late">
          <Icon name="triangle-alert" />
          {f.text}
        </p>
      ))}
    </>
  )
}

/** What the mark says of the act, in words. */
export function deedText(mark: Mark, codes: readonly Code[]): string {
  const t = texts()
  const { deed } = mark
  if (deed.state !== 'coded') return t.done[deed.state]
  return t.done.coded(codes.find((c) => c.id === deed.activityCodeId)?.code ?? '')
}

/** An act of the worklist: who and when, what is proposed and why, and two buttons. */
export function Act({ row, codes, zone, mark, onMain, onOther }: Props) {
  const t = texts()
  const proposed = codes.find((c) => c.id === row.choices[0])
  const name = patientName(row.patient)
  const main = !isOpen(row) ? t.reopen : proposed ? t.code(proposed.code) : t.notBillable
  const settled = mark && mark.state !== 'failed'
  return (
    <li class="card act" data-id={row.encounterId}>
      <Who row={row} zone={zone} />
      <div class="stack tight">
        <Standing row={row} zone={zone} />
        <Proposal row={row} codes={codes} />
        {mark?.failure && (
          <p class="error" role="alert">
            <Icon name="circle-alert" />
            {failureText(mark.failure)}
          </p>
        )}
      </div>
      {settled ? (
        <p class="line" data-settled={mark.state}>
          <span class={mark.deed.state === 'coded' ? 'badge ok' : 'badge'}>
            <Icon name={mark.state === 'busy' ? 'hourglass' : 'check'} />
            {deedText(mark, codes)}
          </span>
        </p>
      ) : (
        <div class="actions">
          <Button kind={isOpen(row) && proposed ? 'primary' : 'secondary'} onClick={onMain}>
            {main}
            <span class="visually-hidden"> {name}</span>
          </Button>
          <Button onClick={onOther}>
            {t.otherwise}
            <span class="visually-hidden"> {name}</span>
          </Button>
        </div>
      )}
    </li>
  )
}

import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { CellInput } from './cell-input'
import { allFields, fieldsOf } from './fields'
import type { Line, List } from './list'
import { Problem } from './problem'
import { reviewTexts } from './review-texts'
import type { BatchRow, Field } from './types'

interface Props {
  list: List
  line: Line
}

const loadSent = () => import('./sent-detail')

/** The inputs that stand below the row: those with a problem, and those of the cell that was opened. */
function openFields(line: Line, row: BatchRow): Field[] {
  if (row.leftOut || row.state !== 'open') return []
  const byHand = openedByHand(line, row)
  return allFields.filter((field) => line.kept.value.has(field) || byHand.includes(field))
}

function openedByHand(line: Line, row: BatchRow): readonly Field[] {
  const part = line.open.value
  return part && part !== 'outcome' ? fieldsOf(row, part) : []
}

/** Problems without an input of their own. */
function loose(row: BatchRow, fields: readonly Field[]) {
  const over = row.leftOut || row.state === 'released' || row.state === 'done'
  return over ? [] : row.problems.filter((p) => !(fields as readonly string[]).includes(p.field))
}

function needsHelp(row: BatchRow): boolean {
  return row.delivery?.task !== undefined && row.encounterId !== undefined
}

export function hasDetail(list: List, line: Line): boolean {
  const row = line.view.value
  const fields = openFields(line, row)
  return (
    fields.length > 0 ||
    loose(row, fields).length > 0 ||
    (line.open.value === 'outcome' && row.outcome !== undefined) ||
    needsHelp(row) ||
    list.queue.refused.value.has(line.id)
  )
}

export function Detail({ list, line }: Props) {
  const t = reviewTexts()
  const row = line.view.value
  const fields = openFields(line, row)
  const refused = list.queue.refused.value.get(line.id)
  // An input stays where a hand opened it, whatever an answer says of it while it is typed in.
  const byHand = openedByHand(line, row)
  const kept = fields.filter((field) => !byHand.includes(field))
  const others = fields.filter((field) => byHand.includes(field))
  return (
    <div class="stack detail">
      {refused && (
        <div class="problem bad" role="alert">
          <Icon name="circle-alert" />
          <p>{t.refused(refused)}</p>
        </div>
      )}
      {loose(row, fields).map((problem) => (
        <Problem key={problem.field + problem.code} list={list} line={line} problem={problem} />
      ))}
      {kept.map((field) => (
        <CellInput key={field} list={list} line={line} field={field} />
      ))}
      {others.length > 0 && (
        <div class="pair end">
          {others.map((field) => (
            <CellInput key={field} list={list} line={line} field={field} />
          ))}
        </div>
      )}
      {line.open.value === 'outcome' && row.outcome && (
        <figure class="preview">
          <figcaption class="hint">{t.preview}</figcaption>
          <p>{row.outcome.preview}</p>
        </figure>
      )}
      {needsHelp(row) && <Lazy load={loadSent} props={{ list, line }} />}
    </div>
  )
}

import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button'
import { contents, Mark, Outcome } from './cells'
import { Detail, hasDetail } from './detail'
import { fieldsOf, type Part, partNames } from './fields'
import { cellId, fieldId, lineId } from './focus'
import type { Line, List } from './list'
import { reviewTexts } from './review-texts'
import { SentChoice, SentMessage } from './sent-cells'
import type { BatchRow } from './types'

export interface RowProps {
  list: List
  line: Line
}

interface CellProps extends RowProps {
  part: Part | 'outcome'
  /** Nothing can be changed, nothing is hidden. */
  still: boolean
  children: ComponentChildren
}

/** A cell is one large button that opens its fields below the row. */
function Cell({ line, part, still, children }: CellProps) {
  const t = reviewTexts()
  const open = line.open.value === part
  if (still)
    return (
      <div class="cell" data-part={part}>
        {children}
      </div>
    )
  function toggle(): void {
    line.open.value = open ? undefined : part
    const [first] = part === 'outcome' || open ? [] : fieldsOf(line.view.peek(), part)
    // A finger wants to see first what there is; the keyboard wants to type.
    if (first && byKeyboard) setTimeout(() => document.getElementById(fieldId(line.id, first))?.focus())
  }
  return (
    <button
      type="button"
      id={cellId(line.id, part)}
      class="cell"
      data-part={part}
      aria-expanded={open}
      onPointerDown={() => {
        byKeyboard = false
      }}
      onKeyDown={(event) => {
        byKeyboard = true
        if (event.key === 'F2') toggle()
        if (event.key === 'Escape' && open) toggle()
      }}
      onClick={toggle}
    >
      {children}
      <span class="visually-hidden">
        {part === 'outcome' ? t.preview : t.modify}
        {t.ofLine(String(line.view.value.line))}
      </span>
    </button>
  )
}

let byKeyboard = false

function Leave({ list, line }: RowProps) {
  const t = reviewTexts()
  const row = line.view.value
  return (
    <Button
      kind="quiet"
      label={(row.leftOut ? t.putBack : t.leaveOut) + t.ofLine(String(row.line))}
      onClick={() => list.correct(line.id, { leftOut: !row.leftOut })}
    >
      <span class="small">{row.leftOut ? t.putBack : t.leaveOut}</span>
    </Button>
  )
}

function isStill(row: BatchRow, part: Part | 'outcome'): boolean {
  if (part === 'outcome') return !row.outcome?.preview
  return row.leftOut || fieldsOf(row, part).length === 0
}

function parts({ list, line }: RowProps) {
  const row = line.view.value
  const cells = partNames.map((part) => ({ part, content: contents[part](row) }))
  return [
    ...cells.map(({ part, content }) => (
      <Cell key={part} list={list} line={line} part={part} still={isStill(row, part)}>
        {content}
      </Cell>
    )),
    <Cell key="outcome" list={list} line={line} part="outcome" still={isStill(row, 'outcome')}>
      {row.state === 'open' ? <Outcome row={row} /> : <SentMessage row={row} />}
    </Cell>,
  ]
}

function Choice({ list, line }: RowProps) {
  const row = line.view.value
  return row.state === 'open' ? <Leave list={list} line={line} /> : <SentChoice row={row} />
}

function LineNumber({ line, word }: { line: Line; word: boolean }) {
  const t = reviewTexts()
  const row = line.view.value
  return (
    <>
      <span class="num">{word ? t.line(String(row.line)) : row.line}</span>{' '}
      {row.state === 'open' && <Mark row={row} corrected={line.wasWrong.value && !line.change.value} />}
      {row.hidden && <span class="badge">{t.hidden}</span>}
    </>
  )
}

function tone(row: BatchRow): string {
  if (row.leftOut) return 'out'
  if (row.delivery?.state === 'failed') return 'errors'
  if (row.state !== 'open' || row.problems.length === 0) return ''
  return row.problems.some((p) => p.severity === 'error') ? 'errors' : 'warnings'
}

/** A row of the table, and below it what is open of it. */
export function TableRow({ list, line }: RowProps) {
  const row = line.view.value
  const cells = parts({ list, line })
  return (
    <tbody class={`entry ${tone(row)}`}>
      <tr>
        <th scope="row" id={lineId(line.id)} tabIndex={-1}>
          <LineNumber line={line} word={false} />
        </th>
        {cells.map((cell) => (
          <td key={cell.key}>{cell}</td>
        ))}
        <td>
          <Choice list={list} line={line} />
        </td>
      </tr>
      {hasDetail(list, line) && (
        <tr>
          <td />
          <td colSpan={6}>
            <Detail list={list} line={line} />
          </td>
        </tr>
      )}
    </tbody>
  )
}

/** The same as a card, where a table has no room. */
export function CardRow({ list, line }: RowProps) {
  return (
    <li class={`card entry ${tone(line.view.value)}`}>
      <div class="line between">
        <h2 id={lineId(line.id)} tabIndex={-1}>
          <LineNumber line={line} word />
        </h2>
        <Choice list={list} line={line} />
      </div>
      {parts({ list, line })}
      {hasDetail(list, line) && <Detail list={list} line={line} />}
    </li>
  )
}

/** The arrow keys go up and down a column, from button to button. */
export function moveInTable(event: KeyboardEvent): void {
  const from = event.target as HTMLElement
  const part = from.dataset.part
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (!part || !step) return
  const column = [...document.querySelectorAll<HTMLElement>(`button[data-part="${part}"]`)]
  const next = column[column.indexOf(from) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
  next.scrollIntoView({ block: 'nearest' })
}

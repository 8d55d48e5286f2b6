import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { usePages } from '../../api/pages'
import type { CodingPage, CodingRow, CodingState, Department, ReasonState } from '../../api/types'
import { common } from '../../i18n/common'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { patientName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import { useSlices } from '../../ui/slices'
import { type Board, createBoard, type Deed } from './board'
import { pressed } from './keys'
import { Act, deedText, isOpen } from './row'
import { texts } from './texts'

const loadAsk = () => import('./ask')
const loadTogether = () => import('./together')

interface Props {
  department: Department
  from: string
  to: string
  state: CodingState
  filter: (counts: Partial<Record<CodingState, number>>) => ComponentChildren
}

interface Asked {
  row: CodingRow
  state: ReasonState | undefined
}

/** The main button of the next act that is still to be dealt with, in a direction. */
function neighbour(from: HTMLElement | null, by: 1 | -1): HTMLElement | null {
  const step = by === 1 ? 'nextElementSibling' : 'previousElementSibling'
  for (let li = from?.[step] as HTMLElement | null; li; li = li[step] as HTMLElement | null) {
    const button = li.querySelector<HTMLElement>('.actions button')
    if (button) return button
  }
  return null
}

const itemOf = (id: string) => document.querySelector<HTMLElement>(`.act[data-id="${id}"]`)

function focus(button: HTMLElement | null): void {
  button?.focus({ preventScroll: true })
  button?.closest('li')?.scrollIntoView({ block: 'nearest' })
}

/** Acts in the order of their hours; what is dealt with stays in its place until the list is asked for again. */
export function Queue({ department: d, from, to, state, filter }: Props) {
  const t = texts()
  const board = useMemo(createBoard, [])
  const asked = useSignal<Asked | undefined>(undefined)
  const together = useSignal(false)
  // No live event moves the rows under the hand of somebody who codes: the list is asked for again when they say so.
  const path = `/worklists/coding?departmentId=${d.id}&from=${from}&to=${to}&state=${state}`
  const reading = usePages<CodingRow, CodingPage>(path, [])
  const page = reading.data
  const reload = async () => {
    board.clear()
    await reading.reload()
  }
  return (
    <>
      {filter(page ? countsOf(page, board, state) : {})}
      <Seen reading={reading} zone={d.timezone} />
      {page && !page.specialityKnown && (
        <Banner tone="warn" icon="triangle-alert">
          {t.noSpeciality}
        </Banner>
      )}
      {page && (
        <div class="line between">
          <p class="small muted keys">{state === 'to-code' || state === 'refused' ? t.keys : ''}</p>
          <div class="line">
            {state === 'to-code' && page.counts.certain > 0 && (
              <Button
                icon="list-checks"
                onClick={() => {
                  together.value = true
                }}
              >
                {t.together(page.counts.certain)}
              </Button>
            )}
            <Button icon="refresh-cw" label={common().retry} onClick={() => void reload()} />
          </div>
        </div>
      )}
      {page && (
        <List page={page} board={board} zone={d.timezone} onAsk={(row, next) => (asked.value = { row, state: next })} />
      )}
      {reading.more && (
        <Button busy={reading.loading} onClick={() => void reading.more?.()}>
          {common().more}
        </Button>
      )}
      <Last board={board} page={page} />
      {asked.value && page && (
        <Lazy
          load={loadAsk}
          props={{
            ...asked.value,
            codes: page.codes,
            target: d.codingTarget,
            onClose: () => {
              asked.value = undefined
            },
            onDeed: (deed: Deed) => {
              const { row } = asked.value as Asked
              asked.value = undefined
              record(board, row, deed)
            },
          }}
        />
      )}
      {together.value && page && (
        <Lazy
          load={loadTogether}
          props={{
            days: { departmentId: d.id, from, to },
            count: page.counts.certain,
            target: d.codingTarget,
            onClose: () => {
              together.value = false
              void reload()
            },
            onDone: () => {
              together.value = false
              void reload()
            },
          }}
        />
      )}
    </>
  )
}

/** The server's counts, less what was dealt with since. */
function countsOf(page: CodingPage, board: Board, state: CodingState): Partial<Record<CodingState, number>> {
  const { counts } = page
  const all = {
    'to-code': counts.toCode,
    refused: counts.refused,
    coded: counts.coded,
    'not-billable': counts.notBillable,
  }
  for (const mark of board.marks.value.values()) {
    if (mark.state === 'failed') continue
    all[state]--
    all[mark.deed.state === 'reopened' ? 'to-code' : mark.deed.state]++
  }
  return all
}

/** The deed, and at once the focus on the next act: no key may fall between two. */
function record(board: Board, row: CodingRow, deed: Deed): void {
  const item = itemOf(row.encounterId)
  const next = neighbour(item, 1) ?? neighbour(item, -1)
  // Closed here, a dialog gives the focus back now and not later.
  document.querySelector<HTMLDialogElement>('dialog[open]')?.close()
  void board.record(row, deed)
  if (next) focus(next)
  else setTimeout(() => document.querySelector<HTMLElement>('.bottom button')?.focus())
}

interface ListProps {
  page: CodingPage
  board: Board
  zone: string
  onAsk: (row: CodingRow, state: ReasonState | undefined) => void
}

function List({ page, board, zone, onAsk }: ListProps) {
  const t = texts()
  const rows = useSlices(page.items)
  const list = useRef<HTMLUListElement>(null)
  const first = page.items[0]?.encounterId
  // Whoever comes to code has a hand on the keyboard; who chose a filter with it stays there.
  useEffect(() => {
    const button = list.current?.querySelector<HTMLElement>('.actions button')
    const idle = document.activeElement === document.body || document.activeElement?.tagName === 'H1'
    if (first && button && idle && matchMedia('(hover: hover)').matches) button.focus({ preventScroll: true })
  }, [first])
  if (page.items.length === 0)
    return (
      <p class="empty">
        <Icon name="circle-check" />
        <br />
        {t.empty}
      </p>
    )

  const main = (row: CodingRow) => {
    const [id] = row.choices
    if (!isOpen(row)) onAsk(row, 'reopened')
    else if (id) record(board, row, { state: 'coded', activityCodeId: id })
    else onAsk(row, 'not-billable')
  }
  async function undo(): Promise<void> {
    const row = await board.undo()
    if (!row) return
    announce(t.undone(patientName(row.patient)))
    setTimeout(() => focus(itemOf(row.encounterId)?.querySelector<HTMLElement>('.actions button') ?? null))
  }
  function key(event: KeyboardEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>('.act')
    const row = page.items.find((r) => r.encounterId === item?.dataset.id)
    const what = pressed(event, row)
    if (!what) return
    event.preventDefault()
    if (what.do === 'undo') void undo()
    else if (what.do === 'move') focus(neighbour(item, what.by))
    else if (what.do === 'code' && row) record(board, row, { state: 'coded', activityCodeId: what.id })
    else if (what.do === 'ask' && row) onAsk(row, what.state)
  }
  return (
    <ul class="rows" ref={list} onKeyDown={key}>
      {rows.map((row) => (
        <Act
          key={row.encounterId}
          row={row}
          codes={page.codes}
          zone={zone}
          mark={board.marks.value.get(row.encounterId)}
          onMain={() => main(row)}
          onOther={() => onAsk(row, undefined)}
        />
      ))}
    </ul>
  )
}

/** What was done last, with the way back. */
function Last({ board, page }: { board: Board; page: CodingPage | undefined }) {
  const t = texts()
  const row = board.last.value
  const mark = row && board.marks.value.get(row.encounterId)
  if (!row || !mark || !page) return null
  const name = patientName(row.patient)
  return (
    <div class="card bottom">
      <div class="line">
        <p>{t.last(name, deedText(mark, page.codes))}</p>
        <Button
          onClick={() =>
            void board.undo().then((undone) => {
              if (undone) announce(t.undone(name))
            })
          }
        >
          {t.undo}
        </Button>
      </div>
    </div>
  )
}

import { fireEvent, render, screen, waitFor } from '@testing-library/preact'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetAll, me, phase } from '../../api/session'
import type { CodingPage, CodingRow } from '../../api/types'
import { answers, department, json, me as somebody } from '../../test-data'
import { createBoard } from './board'
import { pressed } from './keys'
import { Queue } from './queue'

function row(n: number, change: Partial<CodingRow> = {}): CodingRow {
  return {
    encounterId: `e${n}`,
    patient: { familyName: `Durand${n}`, givenName: 'Zoé', birthDate: '1950-02-03' },
    practitioner: { id: 's2', title: 'Dr', familyName: 'Petit', givenName: 'Paul' },
    startedAt: '2026-05-12T12:32:00Z',
    minutes: 19,
    modality: 'video',
    tool: 'zoom',
    state: 'to-code',
    choices: ['tcs', 'tc'],
    why: 'spécialité du service : psychiatrie',
    flags: [],
    certain: true,
    ...change,
  }
}

function page(...items: CodingRow[]): CodingPage {
  const code = { label: 'Téléconsultation', validFrom: '2018-09-15', proposed: false, confirmed: true }
  return {
    items,
    codes: [
      { id: 'tcs', code: 'TCS', amountCents: 5020, ...code },
      { id: 'tc', code: 'TC', ...code },
    ],
    counts: { toCode: items.length, refused: 0, coded: 0, notBillable: 0, certain: items.length },
    specialityKnown: true,
  }
}

const plain = { ctrlKey: false, metaKey: false, altKey: false }

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
})

describe('keys', () => {
  it.each([
    ['ArrowDown', 'to-code', { do: 'move', by: 1 }],
    ['1', 'to-code', { do: 'code', id: 'tcs' }],
    ['2', 'refused', { do: 'code', id: 'tc' }],
    ['3', 'to-code', undefined],
    ['N', 'to-code', { do: 'ask', state: 'not-billable' }],
    ['r', 'coded', { do: 'ask', state: 'refused' }],
    ['1', 'coded', undefined],
    ['n', 'not-billable', undefined],
    ['r', 'not-billable', undefined],
    ['z', 'to-code', { do: 'undo' }],
    ['Enter', 'to-code', undefined],
    ['0', 'to-code', undefined],
  ] as const)('%s on an act that is %s', (key, state, want) => {
    expect(pressed({ ...plain, key }, row(1, { state }))).toEqual(want)
  })

  it('leave the browser its own', () => {
    expect(pressed({ ...plain, key: 'r', ctrlKey: true }, row(1))).toBeUndefined()
    expect(pressed({ ...plain, key: 'z', metaKey: true }, row(1))).toEqual({ do: 'undo' })
    expect(pressed({ ...plain, key: 'n' }, undefined)).toBeUndefined()
  })
})

describe('the board', () => {
  it('does one deed after the other, and says which state was seen', async () => {
    const server = answers(json({}), json({}))
    vi.stubGlobal('fetch', server.fetch)
    const board = createBoard()
    const first = board.record(row(1), { state: 'coded', activityCodeId: 'tcs' })
    const second = board.record(row(2), { state: 'refused', reasonCode: 'rights' })
    void board.record(row(1), { state: 'coded', activityCodeId: 'tc' }) // a second tap
    expect(board.marks.value.get('e1')?.state).toBe('busy')
    await Promise.all([first, second])
    expect([...board.marks.value.values()].map((m) => m.state)).toEqual(['done', 'done'])
    expect(server.asked).toHaveLength(2)
    expect(JSON.parse(server.asked[0]?.init.body as string)).toEqual({
      state: 'coded',
      activityCodeId: 'tcs',
      seen: 'to-code',
    })
  })

  it('takes back what the server refuses, and lets it be tried again', async () => {
    const refusal = json({ status: 409, code: 'coded_meanwhile', title: '', detail: 'Quelqu’un' }, 409)
    vi.stubGlobal('fetch', answers(refusal, json({})).fetch)
    const board = createBoard()
    await board.record(row(1), { state: 'coded', activityCodeId: 'tcs' })
    expect(board.marks.value.get('e1')?.state).toBe('failed')
    expect(board.last.value).toBeUndefined()
    await board.record(row(1), { state: 'coded', activityCodeId: 'tcs' })
    expect(board.marks.value.get('e1')?.state).toBe('done')
  })

  it('undoes the last', async () => {
    const server = answers(json({}), json({}))
    vi.stubGlobal('fetch', server.fetch)
    const board = createBoard()
    void board.record(row(1), { state: 'coded', activityCodeId: 'tcs' })
    expect((await board.undo())?.encounterId).toBe('e1')
    expect(board.marks.value.size).toBe(0)
    expect(server.asked[1]?.url).toContain('/encounters/e1/coding/undo')
    expect(await board.undo()).toBeUndefined()
  })
})

describe('the list', () => {
  it('goes on to the next act after every key', async () => {
    const asked = answers(json(page(row(1), row(2), row(3))), json({}), json({}))
    vi.stubGlobal('fetch', asked.fetch)
    render(
      <Queue
        department={department}
        from="2026-05-01"
        to="2026-05-12"
        state="to-code"
        filter={(counts) => <p>reste {counts['to-code']}</p>}
      />,
    )
    const first = await screen.findByRole('button', { name: /Coder TCS.*DURAND1 Zoé/ })
    first.focus()
    const focused = () => document.activeElement?.closest('button')?.textContent
    fireEvent.keyDown(first, { key: '2' })
    await waitFor(() => expect(focused()).toContain('DURAND2'))
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' })
    expect(focused()).toContain('DURAND3')
    fireEvent.click(document.activeElement as Element)
    await screen.findByText('DURAND3 Zoé : Codé TCS')
    await waitFor(() => expect(focused()).toContain('DURAND2'))
    await screen.findByText('reste 1')
    expect(screen.getByText('Codé TC')).toBeTruthy()
  })
})

import { signal } from '@preact/signals'
import { useSlices } from '../../ui/slices'
import type { List } from './list'
import { reviewTexts } from './review-texts'
import { CardRow, moveInTable, TableRow } from './row'

const wideQuery = matchMedia('(min-width: 960px)')
const wide = signal(wideQuery.matches)
wideQuery.addEventListener('change', (event) => {
  wide.value = event.matches
})

/** The rows as a table, as cards where there is no room for one. */
export default function Rows({ list, name }: { list: List; name: string }) {
  const t = reviewTexts()
  const lines = useSlices(list.shown.value)
  if (list.shown.value.length === 0) return <p class="empty">{t.nothing}</p>
  if (!wide.value)
    return (
      <ul class="rows">
        {lines.map((line) => (
          <CardRow key={line.id} list={list} line={line} />
        ))}
      </ul>
    )
  const { column } = t
  return (
    <table class="entries" onKeyDown={moveInTable}>
      <caption class="visually-hidden">{t.caption(name)}</caption>
      <thead>
        <tr>
          <th scope="col">{column.line}</th>
          <th scope="col">{column.person}</th>
          <th scope="col">{column.when}</th>
          <th scope="col">{column.contact}</th>
          <th scope="col">{column.link}</th>
          <th scope="col">{list.draft.value ? column.outcome : column.message}</th>
          <th scope="col">
            <span class="visually-hidden">{column.act}</span>
          </th>
        </tr>
      </thead>
      {lines.map((line) => (
        <TableRow key={line.id} list={list} line={line} />
      ))}
    </table>
  )
}

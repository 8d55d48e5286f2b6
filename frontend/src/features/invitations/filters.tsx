import { Choices } from '../../ui/choice'
import type { List } from './list'
import { counts, type Filter } from './order'
import { reviewTexts } from './review-texts'
import type { BatchHead } from './types'

const tones: Partial<Record<Filter, string>> = { errors: 'bad', failed: 'bad', warnings: 'warn' }

/** How many rows stand where; a touch shows only these. */
export function Filters({ list, head }: { list: List; head: BatchHead }) {
  const t = reviewTexts()
  return (
    <Choices<Filter>
      name="filter"
      label={<span class="visually-hidden">{t.filter}</span>}
      value={list.filter.value}
      options={counts(head.summary, head.state === 'draft').map(([value, n]) => ({
        value,
        label: (
          <>
            {t.filters[value]} <span class={`badge num ${n > 0 ? (tones[value] ?? '') : ''}`}>{n}</span>
          </>
        ),
      }))}
      onChange={(value) => list.choose(value)}
    />
  )
}

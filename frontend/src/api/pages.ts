import { useSignal } from '@preact/signals'
import { type Answer, request } from './client'
import { useRead } from './read'
import type { Page } from './types'

/** Follows the cursors of a list for some pages and gives them as one. */
async function follow<T>(path: string, pages: number): Promise<Answer<Page<T>>> {
  const glue = path.includes('?') ? '&' : '?'
  let answer = await request<Page<T>>('GET', path)
  const items = [...answer.data.items]
  for (let page = 1; page < pages && answer.data.next; page++) {
    answer = await request<Page<T>>('GET', `${path}${glue}cursor=${encodeURIComponent(answer.data.next)}`)
    items.push(...answer.data.items)
  }
  const { next } = answer.data
  return { data: next ? { items, next } : { items }, etag: undefined }
}

/** A list with as many pages as were asked for; a live change asks for the same pages again. */
export function usePages<T>(path: string, topics: readonly string[]) {
  const pages = useSignal(1)
  const reading = useRead<Page<T>>(path, { topics, fetcher: () => follow<T>(path, pages.value) })
  return {
    ...reading,
    items: reading.data?.items,
    more: reading.data?.next
      ? () => {
          pages.value++
          return reading.reload()
        }
      : undefined,
  }
}

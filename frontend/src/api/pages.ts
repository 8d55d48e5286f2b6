import { useSignal } from '@preact/signals'
import { type Answer, request } from './client'
import { useRead } from './read'
import type { Page } from './types'

/** Follows the cursors of a list for some pages and gives them as one; what else a page says is that of the last. */
async function follow<P extends Page<unknown>>(path: string, pages: number): Promise<Answer<P>> {
  const glue = path.includes('?') ? '&' : '?'
  let { data } = await request<P>('GET', path)
  const items = [...data.items]
  for (let page = 1; page < pages && data.next; page++) {
    data = (await request<P>('GET', `${path}${glue}cursor=${encodeURIComponent(data.next)}`)).data
    items.push(...data.items)
  }
  return { data: { ...data, items }, etag: undefined }
}

/** A list with as many pages as were asked for; a live change asks for the same pages again. */
export function usePages<T, P extends Page<T> = Page<T>>(path: string, topics: readonly string[]) {
  const pages = useSignal(1)
  const reading = useRead<P>(path, { topics, fetcher: () => follow<P>(path, pages.value) })
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

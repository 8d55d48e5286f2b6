import { useEffect, useMemo, useRef } from 'preact/hooks'
import { type Answer, request } from '../../api/client'
import { useRead } from '../../api/read'
import { me } from '../../api/session'
import { createList, type List } from './list'
import type { Batch, BatchHead } from './types'

const second = 1_000

/** Asks at most once in so many milliseconds; who asks in between waits for the next. */
export function atMostEvery<T>(pause: number, fetcher: () => Promise<T>): () => Promise<T> {
  let last = 0
  return async () => {
    const wait = last + pause - Date.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    last = Date.now()
    return fetcher()
  }
}

/** The rows of so many pages as one. */
async function pagesOf(path: string, pages: number): Promise<Answer<Batch>> {
  let { data } = await request<Batch>('GET', path)
  const rows = [...data.rows]
  for (let page = 1; page < pages && data.next; page++) {
    data = (await request<Batch>('GET', `${path}?cursor=${encodeURIComponent(data.next)}`)).data
    rows.push(...data.rows)
  }
  return { data: { ...data, rows }, etag: undefined }
}

/** What the rows depend on; revisions rise also with one's own corrections, which bring their rows along. */
function signature({ state, summary }: BatchHead): string {
  return JSON.stringify([state, summary.progress, summary.answers])
}

export interface ListReading {
  list: List
  head: ReturnType<typeof useRead<BatchHead>>
  rows: ReturnType<typeof useRead<Batch>>
  more: (() => Promise<void>) | undefined
  /** Asks for head and rows again. */
  reload: () => Promise<void>
}

/**
 * A list is read in two ways: its head often and quickly, as people are reached; its rows when the head says that
 * something became of them.
 */
export function useList(id: string, isBusy: () => boolean): ListReading {
  const list = useMemo(() => createList(id), [id])
  const pages = useRef(1)
  const seen = useRef<string | undefined>(undefined)
  const tried = useRef(-1)
  const path = `/batches/${id}`
  const quick = useMemo(() => atMostEvery(second, () => request<BatchHead>('GET', `${path}?rows=none`)), [path])
  const slow = useMemo(() => atMostEvery(second, () => pagesOf(path, pages.current)), [path])
  const topics = (me.value?.departments ?? []).map((d) => `department:${d.id}`)
  const head = useRead<BatchHead>(`${path}?rows=none`, { topics, fetcher: quick })
  const rows = useRead<Batch>(path, { fetcher: slow })
  const { reload } = rows

  useEffect(() => {
    if (!rows.data) return
    const stay = rows.data.state === 'draft' || isBusy()
    if (list.take(rows.data, stay)) seen.current = signature(rows.data)
    else if (tried.current !== list.head.value?.revision) {
      // Something was changed while this answer was on its way.
      tried.current = list.head.value?.revision ?? -1
      void reload()
    }
  }, [rows.data, list, isBusy, reload])

  useEffect(() => {
    if (!head.data || !list.takeHead(head.data)) return
    if (seen.current === undefined) return
    if (head.data.revision > list.known() || signature(head.data) !== seen.current) void reload()
  }, [head.data, list, reload])

  return {
    list,
    head,
    rows,
    more: rows.data?.next
      ? () => {
          pages.current++
          return reload()
        }
      : undefined,
    async reload() {
      await Promise.all([head.reload(), reload()])
    },
  }
}

/** What a screen reader hears of a correction that has reached the server. */
import { announce } from '../../ui/announce'
import type { Correction } from './corrections'
import type { List } from './list'
import { reviewTexts } from './review-texts'
import type { BatchRow } from './types'

export function sayingOf(done: Correction, row: BatchRow, wasWrong: boolean): string {
  const t = reviewTexts().said
  const line = String(row.line)
  if (done.leftOut !== undefined) return done.leftOut ? t.out(line) : t.back(line)
  const fields = Object.keys(done.values ?? {})
  const still = row.problems.find((p) => fields.includes(p.field) && p.severity === 'error')
  if (still) return t.problem(line, still.message)
  const errors = row.problems.filter((p) => p.severity === 'error').length
  if (errors > 0) return t.left(line, errors)
  return wasWrong ? t.corrected(line) : t.saved(line)
}

/** Puts the server's answers where they are seen and heard; what was refused is read again. */
export function tellAnswers(list: List, reload: () => void): () => void {
  list.queue.hear((done, answer) => {
    if (!answer) {
      announce(list.queue.refused.value.get(done.row) ?? '')
      reload()
      return
    }
    const wasWrong = list.line(done.row)?.wasWrong.value ?? false
    list.corrected(answer)
    const row = answer.rows.find((one) => one.id === done.row)
    if (row) announce(sayingOf(done, row, wasWrong))
  })
  return () => list.queue.hear(undefined)
}

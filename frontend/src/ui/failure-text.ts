import { ApiError, type Failure } from '../api/error'
import { common } from '../i18n/common'

/** What to say about a failure that belongs to no single field. */
export function failureText(failure: Failure): string {
  const t = common().failure
  if (!(failure instanceof ApiError)) return t.network
  if (failure.status === 429) return t.busy(failure.retryAfter ?? 60)
  if (failure.status >= 500 && !failure.detail) return t.server
  return failure.detail || t.unexpected
}

import { texts } from './texts'
import type { BatchHead, BatchItem } from './types'

/** What a list is called: its file, or where it came from. */
export function nameOf(list: Pick<BatchItem | BatchHead, 'source' | 'fileName'>): string {
  return list.fileName || texts().sources[list.source]
}

export const tones: Record<BatchHead['state'], string> = {
  draft: 'warn',
  sending: 'ok',
  scheduled: '',
  paused: 'warn',
  sent: 'ok',
  cancelled: '',
}

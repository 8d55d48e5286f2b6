/** Lists of invitations: the API's types by the names that this feature uses. */
import type { BatchLists, BatchValues } from '../../api/types'

export type {
  Batch,
  BatchCandidate as Candidate,
  BatchColumn as Column,
  BatchCorrected as Corrected,
  BatchDefaults as Defaults,
  BatchDelivery as RowDelivery,
  BatchField as Field,
  BatchHead,
  BatchLinks as Attached,
  BatchListed as BatchItem,
  BatchProblem as RowProblem,
  BatchRow,
  BatchSummary as Summary,
  BatchValues as Values,
} from '../../api/types'

/** What one correction says of a row; nothing else of it changes. */
export interface Change {
  values?: BatchValues
  leftOut?: boolean
  accepted?: string[]
}

/** The newest lists, and what one may have. */
export type Lists = BatchLists
export type Limits = Lists['limits']

/** Invented rows for the tests. */
import type { BatchHead, BatchRow, RowProblem, Summary } from './types'

export function row(id: number, change: Partial<BatchRow> = {}): BatchRow {
  return {
    id,
    line: id + 1,
    values: { familyName: 'Durand', givenName: 'Zoé', email: 'zoe@exemple.test', mobile: '+33612345678' },
    problems: [],
    accepted: [],
    leftOut: false,
    state: 'open',
    ...change,
  }
}

export function problem(field: RowProblem['field'], change: Partial<RowProblem> = {}): RowProblem {
  return { field, code: `${field}_wrong`, severity: 'error', message: `${field} est faux.`, ...change }
}

export function summary(change: Partial<Summary> = {}): Summary {
  return {
    rows: 1,
    ready: 0,
    errors: 0,
    warnings: 0,
    leftOut: 0,
    people: 0,
    emails: 0,
    sms: 0,
    segments: 0,
    cents: 0,
    progress: {
      working: 0,
      queued: 0,
      sent: 0,
      delivered: 0,
      read: 0,
      failed: 0,
      refused: 0,
      cancelled: 0,
      held: 0,
    },
    answers: { agreed: 0, declined: 0, none: 0 },
    ...change,
  }
}

export function head(change: Partial<BatchHead> = {}): BatchHead {
  return {
    id: 'b1',
    departmentId: 'd1',
    source: 'file',
    fileName: 'mardi.xlsx',
    createdAt: '2026-11-27T08:00:00Z',
    createdBy: 'Ana Arnaud',
    state: 'draft',
    revision: 1,
    defaults: { durationMinutes: 20, modality: 'video', declared: [] },
    columns: [],
    checklist: [],
    summary: summary(),
    ...change,
  }
}

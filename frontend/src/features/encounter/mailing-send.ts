/** A document on its way to the server. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { request } from '../../api/client'
import { ApiError, asFailure, byField, type Failure, isTemporary } from '../../api/error'
import type { DocumentOrder, SentDocument } from '../../api/types'
import { mailingTexts } from './mailing-texts'

export interface MailingDraft {
  addressee: 'pharmacist' | 'patient'
  address: string
  name: string
  acceptedBy: string
  how: 'oral' | 'telephone' | 'written' | ''
}

/** The largest document of each channel, as the server takes it. */
export const megabytes = { mssante: 10, email: 20 } as const

type Order = Omit<DocumentOrder, 'id'>

/** What the server is asked for: nothing that has no meaning for the channel. */
export function orderOf(channel: 'mssante' | 'email', draft: MailingDraft): Order {
  if (channel === 'email') {
    const order: Order = { channel, addressee: 'patient', riskAcceptedBy: draft.acceptedBy.trim() }
    return draft.how ? { ...order, riskAcceptedHow: draft.how } : order
  }
  if (draft.addressee === 'patient') return { channel, addressee: 'patient' }
  return { channel, addressee: 'pharmacist', address: draft.address.trim(), name: draft.name }
}

/** What need not be sent to be refused. */
export function refusalOf(
  file: { type: string; name: string; size: number },
  channel: 'mssante' | 'email',
): string | undefined {
  const t = mailingTexts()
  if (file.type !== 'application/pdf' && !/\.pdf$/i.test(file.name)) return t.notPdf
  return file.size > megabytes[channel] * 1024 * 1024 ? t.tooLarge(megabytes[channel]) : undefined
}

/**
 * One deed keeps its id over all its tries, so that a lost answer never sends a document twice. The password of an
 * answer that was lost is lost with it.
 */
export function useMailing(path: string) {
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  const password = useSignal('')
  const deed = useRef<{ of: string; id: string } | undefined>(undefined)

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    failure.value = undefined
    try {
      return await work()
    } catch (thrown) {
      failure.value = asFailure(thrown)
      if (!isTemporary(failure.value)) deed.current = undefined
      return undefined
    } finally {
      busy.value = false
    }
  }

  return {
    busy: busy.value,
    failure: failure.value,
    errors: byField(failure.value instanceof ApiError ? failure.value.violations : []),
    password: password.value,
    forget: () => {
      failure.value = undefined
    },
    hide: () => {
      password.value = ''
    },
    send: (order: Order, file: File) =>
      attempt(async () => {
        const of = JSON.stringify([order, file.name, file.size, file.lastModified])
        if (deed.current?.of !== of) deed.current = { of, id: crypto.randomUUID() }
        const body = new FormData()
        body.set('order', JSON.stringify({ ...order, id: deed.current.id }))
        body.set('file', file)
        const { data } = await request<SentDocument>('POST', path, { body })
        deed.current = undefined
        password.value = data.password ?? ''
        return true
      }),
    tell: () =>
      attempt(async () => {
        await request('POST', path)
        return true
      }),
  }
}

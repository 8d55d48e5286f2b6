import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { request } from '../api/client'
import type { ContactWarning } from '../api/types'
import { Button } from './button'
import { contactTexts } from './contact-texts'
import { Icon } from './icon'
import './contact.css'

const pause = 600
const none: readonly ContactWarning[] = []

interface Contact {
  email: string
  mobile: string
}

/** What is complete enough to be looked at; what is half typed is left in peace. */
export function worthChecking({ email, mobile }: Contact): Partial<Contact> {
  const found: Partial<Contact> = {}
  if (/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email.trim())) found.email = email.trim()
  if (mobile.replace(/\D/g, '').length >= 10) found.mobile = mobile.trim()
  return found
}

/** What is known against an address or a number, while it is typed. Never in the way: without an answer it says nothing. */
export function useContactCheck(departmentId: string, contact: Contact): readonly ContactWarning[] {
  const warnings = useSignal(none)
  const { email, mobile } = worthChecking(contact)
  useEffect(() => {
    warnings.value = none
    if (!email && !mobile) return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const body = { departmentId, ...(email && { email }), ...(mobile && { mobile }) }
        const answer = await request<{ warnings: ContactWarning[] }>('POST', '/contacts/check', {
          body,
          signal: abort.signal,
        })
        if (!abort.signal.aborted) warnings.value = answer.data.warnings
      } catch {
        // A help that does not come is no failure: the server judges again when the form is sent.
      }
    }, pause)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [departmentId, email, mobile, warnings])
  return warnings.value
}

interface Props {
  warnings: readonly ContactWarning[]
  onUse: (field: ContactWarning['field'], value: string) => void
}

/** The warnings below their fields, each with the value that was probably meant. */
export function ContactWarnings({ warnings, onUse }: Props) {
  const t = contactTexts()
  return (
    <div aria-live="polite" class="stack">
      {warnings.map((w) => (
        <div key={w.field + w.code} class="banner warn contact-warning">
          <Icon name="triangle-alert" />
          <div>
            <p lang="fr">{w.message}</p>
          </div>
          {w.suggestion && (
            <Button onClick={() => onUse(w.field, w.suggestion ?? '')}>
              <span class="address">{t.use(w.suggestion)}</span>
            </Button>
          )}
        </div>
      ))}
    </div>
  )
}

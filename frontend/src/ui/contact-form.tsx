import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../api/command'
import { ApiError, byField } from '../api/error'
import type { Encounter } from '../api/types'
import { announce } from './announce'
import { Button } from './button'
import { Tick } from './choice'
import { ContactWarnings, useContactCheck } from './contact-check'
import { contactTexts } from './contact-texts'
import { FailureSummary } from './failure'
import { TextField } from './field'

interface Contact {
  email: string
  mobile: string
  emailConfirmed: boolean
}

/** Corrects where messages go, and sends again what did not arrive. */
export default function ContactForm({ encounter }: { encounter: Encounter }) {
  const t = contactTexts()
  const person = encounter.patient.representative ?? encounter.patient
  const prefix = encounter.patient.representative ? 'patient.representative' : 'patient'
  const typed = useSignal<Contact>({ email: person.email ?? '', mobile: person.mobile ?? '', emailConfirmed: false })
  const command = useEncounterCommand<Contact>(encounter.id, 'contact', 'PUT')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const email = errors.get(`${prefix}.email`)
  const warnings = useContactCheck(encounter.departmentId, typed.value)
  const doubted = email?.code === 'email_typo' || warnings.some((w) => w.field === 'email' && w.code === 'typo')
  const change = (part: Partial<Contact>) => {
    typed.value = { ...typed.value, ...part }
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await command.run(typed.value)) announce(t.contactCorrected)
  }
  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      <FailureSummary failure={command.failure} labels={{}} />
      <TextField
        name={`${prefix}.email`}
        type="email"
        label={t.email}
        autoComplete="off"
        value={typed.value.email}
        error={email?.message}
        onInput={(v) => change({ email: v, emailConfirmed: false })}
      />
      {(doubted || typed.value.emailConfirmed) && (
        <Tick checked={typed.value.emailConfirmed} onChange={(v) => change({ emailConfirmed: v })}>
          {t.emailConfirmed}
        </Tick>
      )}
      <TextField
        name={`${prefix}.mobile`}
        type="tel"
        label={t.mobile}
        autoComplete="off"
        value={typed.value.mobile}
        error={errors.get(`${prefix}.mobile`)?.message}
        onInput={(v) => change({ mobile: v })}
      />
      <ContactWarnings
        warnings={warnings}
        onUse={(field, value) => change({ [field]: value, ...(field === 'email' && { emailConfirmed: false }) })}
      />
      <Button submit busy={command.busy}>
        {t.correct}
      </Button>
    </form>
  )
}

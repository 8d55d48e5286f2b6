import { useSignal } from '@preact/signals'
import { request } from '../../api/client'
import { asFailure, type Failure } from '../../api/error'
import type { Pharmacy } from '../../api/types'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { mailingTexts } from './mailing-texts'

interface Props {
  address: string
  choose: (name: string, address: string) => void
}

/** Looks a pharmacy up in the national directory; the question holds nothing about the patient. */
export function MailingPharmacy({ address, choose }: Props) {
  const t = mailingTexts()
  const postalCode = useSignal('')
  const name = useSignal('')
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)
  const found = useSignal<Pharmacy[] | undefined>(undefined)

  async function find(event: Event) {
    event.preventDefault()
    busy.value = true
    failure.value = undefined
    try {
      const query = new URLSearchParams({ postalCode: postalCode.value.trim(), name: name.value.trim() })
      found.value = (await request<{ items: Pharmacy[] }>('GET', `/pharmacies?${query}`)).data.items
    } catch (thrown) {
      found.value = undefined
      failure.value = asFailure(thrown)
    } finally {
      busy.value = false
    }
  }

  const options = (found.value ?? []).flatMap((p) =>
    p.addresses.map((value) => ({
      value,
      label: (
        <span>
          <strong>{p.name}</strong>
          <br />
          <span class="small">
            {[p.street, p.postalCode, p.city].filter(Boolean).join(' ')}
            <br />
            {value}
          </span>
        </span>
      ),
      name: p.name,
    })),
  )
  return (
    <form class="stack" noValidate onSubmit={(event) => void find(event)} aria-label={t.search}>
      <div class="pair end">
        <TextField
          name="postalCode"
          inputMode="numeric"
          autoComplete="off"
          label={t.postalCode}
          value={postalCode.value}
          onInput={(text) => {
            postalCode.value = text
          }}
        />
        <TextField
          name="pharmacy"
          type="search"
          autoComplete="off"
          optional
          label={t.name}
          value={name.value}
          onInput={(text) => {
            name.value = text
          }}
        />
      </div>
      <div class="actions">
        <Button submit icon="search" busy={busy.value}>
          {t.find}
        </Button>
      </div>
      <FailureSummary failure={failure.value} />
      <p class="hint" aria-live="polite">
        {found.value && (options.length > 0 ? t.found(options.length) : t.nothingFound)}
      </p>
      {options.length > 0 && (
        <Choices
          name="found"
          label={t.choose}
          value={options.some((o) => o.value === address) ? address : ''}
          options={options}
          onChange={(value) => choose(options.find((o) => o.value === value)?.name ?? '', value)}
        />
      )}
    </form>
  )
}

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { request } from '../../api/client'
import { asFailure, type Failure } from '../../api/error'
import type { Department, Page, Patient } from '../../api/types'
import { showDate } from '../../i18n/dates'
import { words } from '../../i18n/words'
import { Button } from '../../ui/button'
import { failureText } from '../../ui/failure-text'
import { TextField } from '../../ui/field'
import { FieldError } from '../../ui/field-error'
import { patientName } from '../../ui/row'
import { texts } from './texts'

const pause = 250

interface Props {
  department: Department
  error: string | undefined
  onChoose: (patient: Patient) => void
  onNew: (query: string) => void
}

/** Looks patients up while the name is typed. What is looked for is not kept on the device. */
export function PatientSearch({ department, error, onChoose, onNew }: Props) {
  const t = texts()
  const query = useSignal('')
  const found = useSignal<Patient[] | undefined>(undefined)
  const failure = useSignal<Failure | undefined>(undefined)
  const text = query.value.trim()
  useEffect(() => {
    failure.value = undefined
    if (text.length < 2) {
      found.value = undefined
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      try {
        // In the body, not in the address: proxies write addresses into their logs.
        const body = { departmentId: department.id, q: text }
        const answer = await request<Page<Patient>>('POST', '/patients/search', { body, signal: abort.signal })
        found.value = answer.data.items
      } catch (thrown) {
        if (!abort.signal.aborted) failure.value = asFailure(thrown)
      }
    }, pause)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [text, department.id, failure, found])
  return (
    <search
      class="stack"
      onKeyDown={(e) => {
        if (e.key !== 'Enter' || !(e.target instanceof HTMLInputElement)) return
        // Looking for somebody is not sending the form; a single find is meant.
        e.preventDefault()
        const [only, other] = found.value ?? []
        if (only && !other) onChoose(only)
      }}
    >
      <TextField
        name="patient"
        type="search"
        label={t.search}
        hint={t.searchHint}
        value={query.value}
        error={error}
        onInput={(v) => {
          query.value = v
        }}
      />
      <div aria-live="polite">
        {failure.value && <FieldError id="search-failed" text={failureText(failure.value)} />}
        {found.value?.length === 0 && <p class="muted">{t.none}</p>}
        <ul class="found">
          {found.value?.map((patient) => (
            <li key={patient.id}>
              <button type="button" class="card pick" onClick={() => onChoose(patient)}>
                <span class="who">{patientName(patient)}</span>
                <span class="small muted">
                  {words().born(showDate(patient.birthDate))}
                  {patient.ipp ? ` · IPP ${patient.ipp}` : ''}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <Button icon="user-round" onClick={() => onNew(query.value)}>
        {t.newPatient}
      </Button>
    </search>
  )
}

import { useLocation } from 'preact-iso/router'
import { department } from '../../api/session'
import type { Department } from '../../api/types'
import { parseDate, showDate } from '../../i18n/dates'
import { words } from '../../i18n/words'
import type { ScreenProps } from '../../routes'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Page } from '../../ui/page'
import { plannedLabels, plannedTexts } from '../../ui/planned'
import { HowFields, PractitionerField, WhenFields } from '../../ui/planned-fields'
import { encounterHref, patientName } from '../../ui/row'
import { existing, fresh } from './draft'
import { ContactFields, IdentityFields } from './patient-fields'
import { PatientSearch } from './patient-search'
import './schedule.css'
import { texts } from './texts'
import { useSchedule } from './use-schedule'

type Form = ReturnType<typeof useSchedule>

function labels(): Record<string, string> {
  const t = texts()
  return {
    ...plannedLabels(),
    patient: t.patient,
    'patient.familyName': t.familyName,
    'patient.givenName': t.givenName,
    'patient.birthDate': t.birthDate,
    'patient.ipp': t.ipp,
    'patient.email': t.email,
    'patient.mobile': t.mobile,
    'patient.representative': t.representative,
    'patient.representative.name': t.representativeName,
    'patient.representative.relationship': t.relationship,
    'patient.representative.email': t.representativeEmail,
    'patient.representative.mobile': t.representativeMobile,
  }
}

function Patient({ form, department }: { form: Form; department: Department }) {
  const t = texts()
  const { patient, planned } = form.draft
  const { errors } = form
  if (patient.mode === 'search')
    return (
      <PatientSearch
        department={department}
        error={errors.get('patient')?.message ?? errors.get('patient.familyName')?.message}
        onChoose={(p) => form.setPatient(existing(p))}
        onNew={(query) => form.setPatient(fresh(query))}
      />
    )
  const born = parseDate(patient.birthDate)
  const props = { value: patient, day: planned.date, errors, departmentId: department.id, onChange: form.setPatient }
  const incomplete =
    (!patient.email && !patient.mobile) || [...errors.keys()].some((field) => field.startsWith('patient.'))
  return (
    <div class="stack">
      {patient.mode === 'existing' ? (
        <>
          <p>
            <span class="who">{patientName(patient)}</span>
            {born && <span class="muted"> · {words().born(showDate(born))}</span>}
          </p>
          <details open={incomplete}>
            <summary>
              {t.contact} <span class="small muted">{[patient.email, patient.mobile].filter(Boolean).join(' · ')}</span>
            </summary>
            <div class="stack">
              <ContactFields {...props} />
            </div>
          </details>
        </>
      ) : (
        <>
          <IdentityFields {...props} />
          <ContactFields {...props} />
        </>
      )}
      <Button kind="quiet" icon="search" onClick={() => form.setPatient({ mode: 'search' })}>
        {t.change}
      </Button>
    </div>
  )
}

function ScheduleForm({ department }: { department: Department }) {
  const t = texts()
  const p = plannedTexts()
  const { query, route } = useLocation()
  const form = useSchedule(department, query.date)
  if (!form.ready) return null
  const fields = { value: form.draft.planned, department, errors: form.errors, onChange: form.setPlanned }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        const made = await form.submit()
        if (!made) return
        announce(t.done)
        route(encounterHref(made.id))
      }}
    >
      {form.restored && (
        <Banner
          icon="history"
          action={
            <Button kind="quiet" onClick={form.clear}>
              {t.discard}
            </Button>
          }
        >
          {t.restored}
        </Banner>
      )}
      <section class="card stack">
        <h2>{t.patient}</h2>
        <Patient form={form} department={department} />
      </section>
      <section class="card stack">
        <h2>{p.when}</h2>
        <PractitionerField {...fields} />
        <WhenFields {...fields} />
      </section>
      <section class="card stack">
        <h2>{p.how}</h2>
        <HowFields {...fields} />
      </section>
      <FailureSummary failure={form.failure} labels={labels()} />
      <Button submit kind="primary" big wide icon="calendar-plus" busy={form.busy}>
        {t.submit}
      </Button>
      <p class="hint">{t.afterwards}</p>
    </form>
  )
}

export default function Schedule(_: ScreenProps) {
  const d = department.value
  if (!d) return null
  return (
    <Page title={texts().title}>
      <ScheduleForm key={d.id} department={d} />
    </Page>
  )
}

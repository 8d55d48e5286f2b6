import type { ContactWarning, Relationship, Violation } from '../../api/types'
import { ageOn, parseDate } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Choices, Tick } from '../../ui/choice'
import { ContactWarnings, useContactCheck } from '../../ui/contact-check'
import { contactTexts } from '../../ui/contact-texts'
import { SelectField, TextField } from '../../ui/field'
import { type PatientDraft, protection } from './draft'
import { texts } from './texts'

interface Props {
  value: PatientDraft
  /** Of the consultation: decides who is a minor. */
  day: string
  errors: ReadonlyMap<string, Violation>
  onChange: (change: Partial<PatientDraft>) => void
}

interface ContactProps extends Props {
  departmentId: string
}

export function IdentityFields({ value, errors, onChange }: Props) {
  const t = texts()
  return (
    <>
      <div class="pair">
        <TextField
          name="patient.familyName"
          label={t.familyName}
          value={value.familyName}
          autoComplete="off"
          autoCapitalize="words"
          error={errors.get('patient.familyName')?.message}
          onInput={(v) => onChange({ familyName: v })}
        />
        <TextField
          name="patient.givenName"
          label={t.givenName}
          value={value.givenName}
          autoComplete="off"
          autoCapitalize="words"
          error={errors.get('patient.givenName')?.message}
          onInput={(v) => onChange({ givenName: v })}
        />
      </div>
      <div class="pair">
        <TextField
          name="patient.birthDate"
          label={t.birthDate}
          hint={t.birthHint}
          inputMode="numeric"
          autoComplete="off"
          value={value.birthDate}
          error={errors.get('patient.birthDate')?.message}
          onInput={(v) => onChange({ birthDate: v })}
        />
        <TextField
          name="patient.ipp"
          label={t.ipp}
          optional
          inputMode="numeric"
          autoComplete="off"
          value={value.ipp}
          error={errors.get('patient.ipp')?.message}
          onInput={(v) => onChange({ ipp: v })}
        />
      </div>
    </>
  )
}

const isTypo = (warnings: readonly ContactWarning[]) => warnings.some((w) => w.field === 'email' && w.code === 'typo')

/** An address that looks mistyped is taken when somebody insists. */
function Confirm({ doubted, value, onChange }: Pick<Props, 'value' | 'onChange'> & { doubted: boolean }) {
  if (!doubted && !value.emailConfirmed) return null
  return (
    <Tick checked={value.emailConfirmed} onChange={(v) => onChange({ emailConfirmed: v })}>
      {texts().emailConfirmed}
    </Tick>
  )
}

export function ContactFields({ departmentId, value, day, errors, onChange }: ContactProps) {
  const t = texts()
  const kind = protection(value, day)
  const born = parseDate(value.birthDate)
  const email = errors.get('patient.email')
  const warnings = useContactCheck(departmentId, value)
  return (
    <>
      {kind === 'minor' && born && <Banner icon="shield-check">{t.minor(ageOn(born, day))}</Banner>}
      <div class="pair">
        <TextField
          name="patient.email"
          type="email"
          label={t.email}
          autoComplete="off"
          value={value.email}
          error={email?.message}
          onInput={(v) => onChange({ email: v, emailConfirmed: false })}
        />
        <TextField
          name="patient.mobile"
          type="tel"
          label={t.mobile}
          autoComplete="off"
          value={value.mobile}
          error={errors.get('patient.mobile')?.message}
          onInput={(v) => onChange({ mobile: v })}
        />
      </div>
      <ContactWarnings
        warnings={warnings}
        onUse={(field, text) => onChange({ [field]: text, ...(field === 'email' && { emailConfirmed: false }) })}
      />
      <Confirm doubted={email?.code === 'email_typo' || isTypo(warnings)} value={value} onChange={onChange} />
      <Choices
        name="patient.language"
        label={t.language}
        value={value.language}
        options={[
          { value: 'fr', label: t.french },
          { value: 'en', label: t.english },
        ]}
        onChange={(v) => onChange({ language: v })}
      />
      {kind !== 'minor' && (
        <Tick checked={value.protectedAdult} onChange={(v) => onChange({ protectedAdult: v })}>
          {t.protected}
        </Tick>
      )}
      {kind !== 'none' && <RepresentativeFields {...{ departmentId, value, day, errors, onChange }} />}
    </>
  )
}

function RepresentativeFields({ departmentId, value, errors, onChange }: ContactProps) {
  const t = texts()
  const relationships = Object.entries(contactTexts().relationships) as [Relationship, string][]
  const message = (field: string) => errors.get(`patient.representative.${field}`)?.message
  const typed = { email: value.representativeEmail, mobile: value.representativeMobile }
  const warnings = useContactCheck(departmentId, typed)
  return (
    <fieldset class="card stack">
      <legend class="who">{t.representative}</legend>
      <TextField
        name="patient.representative.name"
        label={t.representativeName}
        autoComplete="off"
        value={value.representativeName}
        error={message('name') ?? errors.get('patient.representative')?.message}
        onInput={(v) => onChange({ representativeName: v })}
      />
      <SelectField<Relationship>
        name="patient.representative.relationship"
        label={t.relationship}
        value={value.relationship}
        empty="…"
        options={relationships.map(([code, label]) => ({ value: code, label }))}
        error={message('relationship')}
        onChange={(v) => onChange({ relationship: v })}
      />
      <div class="pair">
        <TextField
          name="patient.representative.email"
          type="email"
          label={t.representativeEmail}
          autoComplete="off"
          value={value.representativeEmail}
          error={message('email')}
          onInput={(v) => onChange({ representativeEmail: v })}
        />
        <TextField
          name="patient.representative.mobile"
          type="tel"
          label={t.representativeMobile}
          autoComplete="off"
          value={value.representativeMobile}
          error={message('mobile')}
          onInput={(v) => onChange({ representativeMobile: v })}
        />
      </div>
      <ContactWarnings
        warnings={warnings}
        onUse={(field, text) =>
          onChange(field === 'email' ? { representativeEmail: text } : { representativeMobile: text })
        }
      />
      <Confirm
        doubted={errors.get('patient.representative.email')?.code === 'email_typo' || isTypo(warnings)}
        value={value}
        onChange={onChange}
      />
    </fieldset>
  )
}

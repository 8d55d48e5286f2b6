import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Failure } from '../../api/error'
import { useRead } from '../../api/read'
import type { EncounterRow, ManagedDepartment, Page, Wording, WordingPreview } from '../../api/types'
import { timeOf } from '../../i18n/dates'
import { locale } from '../../i18n/language'
import { Choices, Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { SelectField } from '../../ui/field'
import { patientName } from '../../ui/row'
import { draw } from './mail-frame'
import { type Cause, casesOf, type Shown } from './wording'
import { wordingTexts } from './wording-texts'

interface Props {
  department: ManagedDepartment
  wording: Wording
  preview: WordingPreview | undefined
  failure: Failure | undefined
  of: Shown
  onOf: (of: Shown) => void
}

/** The message as the patient will see it, with invented data or those of a consultation of today. */
export default function Preview({ department, wording, preview, failure, of, onOf }: Props) {
  const t = wordingTexts()
  const day = useRead<Page<EncounterRow>>(`/worklists/day?departmentId=${department.id}`)
  const rows = day.data?.items ?? []
  return (
    <>
      <SelectField
        name="encounterId"
        label={t.on}
        value={of.encounterId}
        empty={t.example}
        options={rows.map((row) => ({
          value: row.id,
          label: `${timeOf(row.plannedStart, department.timezone)} ${patientName(row.patient)}`,
        }))}
        onChange={(encounterId) => onOf({ ...of, encounterId })}
      />
      {!of.encounterId && <Cases wording={wording} of={of} onOf={onOf} />}
      <FailureSummary failure={failure} />
      {preview && (wording.channel === 'sms' ? <Bubble shown={preview} /> : <Mail shown={preview} />)}
    </>
  )
}

/** The example in every case that the text tells apart. */
function Cases({ wording, of, onOf }: Pick<Props, 'wording' | 'of' | 'onOf'>) {
  const t = wordingTexts()
  const causes: readonly Cause[] = ['', 'patient', 'refused']
  return (
    <>
      <div class="line cases">
        {casesOf(wording).map((one) => (
          <Tick
            key={one}
            name={one}
            checked={of.cases.includes(one)}
            onChange={(on) => onOf({ ...of, cases: on ? [...of.cases, one] : of.cases.filter((c) => c !== one) })}
          >
            {t.cases[one]}
          </Tick>
        ))}
      </div>
      {wording.template === 'cancellation' && (
        <Choices<Cause | 'hospital'>
          name="cause"
          label={t.cause}
          value={of.cause || 'hospital'}
          options={causes.map((cause) => ({ value: cause || 'hospital', label: t.causes[cause || 'hospital'] }))}
          onChange={(cause) => onOf({ ...of, cause: cause === 'hospital' ? '' : cause })}
        />
      )}
    </>
  )
}

function Bubble({ shown }: { shown: WordingPreview }) {
  const t = wordingTexts()
  const { sms } = shown
  if (!sms) return <p class="muted">{t.unreadable}</p>
  const price = new Intl.NumberFormat(locale.value, { style: 'currency', currency: 'EUR' }).format(sms.costCents / 100)
  return (
    <>
      <p class="bubble">{sms.text}</p>
      <p class={sms.segments > 1 ? 'small strong' : 'small'}>
        {t.characters(sms.characters)} · {t.segments(sms.segments)} · {t.cost(price)}
      </p>
      {sms.encoding === 'UCS-2' && <p class="small">{t.unicode}</p>}
      {sms.replaced.length > 0 && <p class="small muted">{t.replaced(sms.replaced.join(', '))}</p>}
    </>
  )
}

/** In a frame of its own without scripts; the application's policy keeps everything remote out of it. */
function Mail({ shown }: { shown: WordingPreview }) {
  const t = wordingTexts()
  const frame = useRef<HTMLIFrameElement>(null)
  const show = () => {
    if (frame.current) draw(frame.current, shown.html)
  }
  useLayoutEffect(show, [shown.html])
  if (!shown.html) return <p class="muted">{t.unreadable}</p>
  return (
    <>
      <p class="mail-subject">{t.previewSubject(shown.subject)}</p>
      <iframe
        ref={frame}
        class="mail-frame"
        title={t.frame}
        sandbox="allow-same-origin"
        srcdoc="<!doctype html>"
        onLoad={show}
      />
      <details>
        <summary>{t.plain}</summary>
        <p class="small old-words">{shown.text}</p>
      </details>
    </>
  )
}

import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { ConsentDecision, Encounter } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { showMoment } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { words } from '../../i18n/words'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextArea, TextField } from '../../ui/field'
import { Lazy } from '../../ui/lazy'
import fr from './consent-texts.fr'
import { loadNotices } from './parts'
import type { StepProps } from './step-action'

const texts = table(fr, () => import('./consent-texts.en'))

interface Draft {
  decision: ConsentDecision['decision'] | ''
  mode: 'oral' | 'paper'
  giverName: string
  explanation: string
}

interface Body {
  decision: ConsentDecision['decision']
  mode: 'oral' | 'paper'
  givenBy: 'patient' | 'representative'
  giverName?: string
  explanation?: string
}

export function consentBody(draft: Draft, encounter: Encounter): Body | undefined {
  if (!draft.decision) return undefined
  const representative = encounter.patient.representative
  const body: Body = {
    decision: draft.decision,
    mode: draft.mode,
    givenBy: representative ? 'representative' : 'patient',
  }
  if (representative) body.giverName = draft.giverName.trim() || representative.name
  if (draft.decision !== 'agreed' && draft.explanation.trim()) body.explanation = draft.explanation.trim()
  return body
}

function Decisions({ encounter, zone }: { encounter: Encounter; zone: string }) {
  const t = texts()
  if (encounter.consentDecisions.length === 0) return null
  return (
    <ul class="timeline" aria-label={t.decisions}>
      {encounter.consentDecisions.map((d) => (
        <li key={d.decidedAt + d.decision}>
          <p>
            <strong>{t.decision[d.decision]}</strong> {t.mode[d.mode]} {t.forTool(words().tool[d.tool])}
            {d.givenBy === 'representative' && `, ${t.byRepresentative(d.giverName ?? '')}`}
          </p>
          <p class="small muted">
            {showMoment(d.decidedAt, zone)}
            {d.recordedBy && ` · ${t.recordedBy(d.recordedBy)}`}
          </p>
          {d.explanation && <p class="small">{d.explanation}</p>}
          {d.noticeVersion && <Shown id={encounter.id} version={d.noticeVersion} zone={zone} />}
        </li>
      ))}
    </ul>
  )
}

/** The text that was on the page; fetched when somebody wants to see it. */
function Shown(props: { id: string; version: string; zone: string }) {
  const open = useSignal(false)
  return (
    <details
      onToggle={(e) => {
        open.value ||= e.currentTarget.open
      }}
    >
      <summary class="small">{texts().shown}</summary>
      {open.value && <Lazy load={loadNotices} props={props} />}
    </details>
  )
}

function Form({ encounter }: { encounter: Encounter }) {
  const t = texts()
  const representative = encounter.patient.representative
  const draft = useDraft<Draft>(`consent:${encounter.id}`, {
    decision: '',
    mode: 'oral',
    giverName: representative?.name ?? '',
    explanation: '',
  })
  const command = useEncounterCommand<Body>(encounter.id, 'consent')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const { value } = draft
  const change = (part: Partial<Draft>) => draft.set({ ...value, ...part })
  const options: { value: ConsentDecision['decision']; label: string }[] = [
    { value: 'agreed', label: t.agree },
    encounter.consent === 'agreed' ? { value: 'withdrawn', label: t.withdraw } : { value: 'refused', label: t.refuse },
  ]
  const against = value.decision === 'refused' || value.decision === 'withdrawn'
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        const body = consentBody(value, encounter)
        if (!body || !(await command.run(body))) return
        draft.done()
        announce(t.decision[body.decision])
      }}
    >
      <Choices
        name="decision"
        label={t.what}
        value={value.decision}
        options={options}
        error={errors.get('decision')?.message}
        onChange={(decision) => change({ decision })}
      />
      {value.decision && (
        <>
          <Choices<'oral' | 'paper'>
            name="mode"
            label={t.how}
            value={value.mode}
            options={[
              { value: 'oral', label: t.mode.oral },
              { value: 'paper', label: t.mode.paper },
            ]}
            onChange={(mode) => change({ mode })}
          />
          {representative && (
            <TextField
              name="giverName"
              label={t.giverName}
              hint={t.representative}
              value={value.giverName}
              error={errors.get('giverName')?.message}
              onInput={(giverName) => change({ giverName })}
            />
          )}
          {against && (
            <>
              <TextArea
                name="explanation"
                label={t.explanation}
                hint={t.explanationHint}
                value={value.explanation}
                error={errors.get('explanation')?.message}
                onInput={(explanation) => change({ explanation })}
              />
              <Banner tone="warn" icon="triangle-alert">
                {t.afterRefusal}
              </Banner>
            </>
          )}
          <FailureSummary failure={command.failure} />
          <Button submit kind="primary" icon="check" busy={command.busy}>
            {t.save}
          </Button>
        </>
      )}
    </form>
  )
}

function OnSite({ encounter }: { encounter: Encounter }) {
  const command = useEncounterCommand<Record<string, never>>(encounter.id, 'on-site')
  return (
    <>
      <FailureSummary failure={command.failure} />
      <Button kind="primary" icon="check" busy={command.busy} onClick={() => void command.run({})}>
        {texts().onSite}
      </Button>
    </>
  )
}

export default function ConsentStep({ encounter, department }: StepProps) {
  return (
    <>
      <Decisions encounter={encounter} zone={department.timezone} />
      {encounter.allowed.includes('on-site') && <OnSite encounter={encounter} />}
      {encounter.allowed.includes('consent') && <Form encounter={encounter} />}
    </>
  )
}

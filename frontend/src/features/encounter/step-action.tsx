import { useEncounterCommand } from '../../api/command'
import type { Department, Encounter, Step } from '../../api/types'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Lazy } from '../../ui/lazy'
import { StartButton } from '../../ui/start'
import { loadCoding, loadConsent, loadDelivery, loadLink, loadPrescription, loadRecord } from './parts'
import { texts } from './texts'

export interface StepProps {
  encounter: Encounter
  department: Department
}

interface TickProps {
  encounter: Encounter
  verb: 'appointment' | 'information'
  label: string
  hint: string
}

/** A step that is done by saying so. */
function TickStep({ encounter, verb, label, hint }: TickProps) {
  const command = useEncounterCommand<Record<string, never>>(encounter.id, verb)
  const run = async () => {
    if (await command.run({})) announce(texts().recorded)
  }
  return (
    <>
      <p class="muted">{hint}</p>
      <FailureSummary failure={command.failure} retry={() => void run()} />
      <Button kind="primary" icon="check" busy={command.busy} onClick={() => void run()}>
        {label}
      </Button>
    </>
  )
}

type Answer = 'open' | 'declined' | 'impossible'

function PortalStep({ encounter, department }: StepProps) {
  const t = texts().portal
  const command = useEncounterCommand<{ answer: Answer }>(encounter.id, 'portal')
  const answers: Answer[] = ['open', 'declined', 'impossible']
  return (
    <>
      <p class="muted">
        {t.hint} <span class="small">{department.portalUrl}</span>
      </p>
      <FailureSummary failure={command.failure} />
      <fieldset class="actions plain">
        <legend class="visually-hidden">{t.label}</legend>
        {answers.map((answer) => (
          <Button
            key={answer}
            icon={encounter.portal?.answer === answer ? 'check' : undefined}
            busy={command.busy}
            onClick={() => void command.run({ answer })}
          >
            {t[answer]}
          </Button>
        ))}
      </fieldset>
    </>
  )
}

/** What can be done about one step, by this person, now. */
export function StepAction({
  step,
  encounter,
  department,
  onFinish,
}: StepProps & { step: Step; onFinish: () => void }) {
  const t = texts()
  const props = { encounter, department }
  const may = (action: Encounter['allowed'][number]) => encounter.allowed.includes(action)
  const nothing = <p class="muted">{t.nothingHere}</p>
  switch (step.code) {
    case 'appointment':
      if (!may('appointment')) return nothing
      return <TickStep encounter={encounter} verb="appointment" label={t.appointment} hint={t.appointmentHint} />
    case 'information':
      return (
        <>
          {may('information') && (
            <TickStep encounter={encounter} verb="information" label={t.information} hint={t.informationHint} />
          )}
          <Lazy load={loadDelivery} props={{ ...props, purpose: 'notice' as const }} />
        </>
      )
    case 'consent':
      return <Lazy load={loadConsent} props={props} />
    case 'portal':
      return may('portal') ? <PortalStep {...props} /> : nothing
    case 'link':
      return may('link') || encounter.link ? <Lazy load={loadLink} props={props} /> : nothing
    case 'invitation':
      return <Lazy load={loadDelivery} props={{ ...props, purpose: 'invitation' as const }} />
    case 'held':
      if (may('finish'))
        return (
          <Button kind="primary" icon="square" onClick={onFinish}>
            {t.finish}
          </Button>
        )
      return may('start') ? <StartButton row={encounter} /> : nothing
    case 'prescription':
      return may('prescription') ? <Lazy load={loadPrescription} props={props} /> : nothing
    case 'record':
      return may('record') ? <Lazy load={loadRecord} props={props} /> : nothing
    case 'coding':
      return may('coding') ? <Lazy load={loadCoding} props={props} /> : nothing
  }
}

import { useEncounterCommand } from '../api/command'
import type { CallOutcome, ContactTask } from '../api/types'
import { showMoment } from '../i18n/dates'
import { announce } from './announce'
import { Button } from './button'
import { contactTexts, showPhone } from './contact-texts'
import { FailureSummary } from './failure'
import { Icon } from './icon'
import './contact.css'

interface Props {
  encounterId: string
  task: ContactTask
  zone: string
  /** Whether this person may note a call; and correct an address. */
  mayCall: boolean
  mayCorrect: boolean
}

/** What happened in plain words, and all that can be done about it with one tap. */
export function ContactTaskBody({ encounterId, task, zone, mayCall, mayCorrect }: Props) {
  const t = contactTexts()
  return (
    <>
      <p lang="fr">{task.what}</p>
      <p class="small">
        {t.since(showMoment(task.since, zone))}
        {task.lastCall && ` · ${t.lastCall[task.lastCall.outcome](showMoment(task.lastCall.at, zone))}`}
      </p>
      {task.phone && (
        <a class="btn primary wide" href={`tel:${task.phone}`}>
          <Icon name="phone" />
          <span class="num">{t.call(showPhone(task.phone))}</span>
        </a>
      )}
      {mayCall && <Called encounterId={encounterId} />}
      {task.suggestion && mayCorrect && (
        <Suggestion encounterId={encounterId} email={task.suggestion} mobile={task.phone ?? ''} />
      )}
    </>
  )
}

const outcomes: readonly CallOutcome[] = ['reached', 'voicemail', 'no-answer']

function Called({ encounterId }: { encounterId: string }) {
  const t = contactTexts()
  const command = useEncounterCommand<{ outcome: CallOutcome }>(encounterId, 'called')
  const run = async (outcome: CallOutcome) => {
    if (await command.run({ outcome })) announce(t.recorded)
  }
  return (
    <fieldset class="field">
      <legend>{t.called}</legend>
      <p class="hint">{t.calledHint}</p>
      <div class="actions even">
        {outcomes.map((outcome) => (
          <Button key={outcome} busy={command.busy} onClick={() => void run(outcome)}>
            {t.outcome[outcome]}
          </Button>
        ))}
      </div>
      <FailureSummary failure={command.failure} />
    </fieldset>
  )
}

/** The address as it was probably meant: one tap writes it down and sends again. */
function Suggestion({ encounterId, email, mobile }: { encounterId: string; email: string; mobile: string }) {
  const t = contactTexts()
  const command = useEncounterCommand<{ email: string; mobile: string }>(encounterId, 'contact', 'PUT')
  const run = async () => {
    if (await command.run({ email, mobile })) announce(t.corrected)
  }
  return (
    <div class="stack">
      <p>
        {t.didYouMean} <strong class="address">{email}</strong>
        {t.questionMark}
      </p>
      <FailureSummary failure={command.failure} />
      <Button icon="check" wide busy={command.busy} onClick={() => void run()}>
        {t.correct}
      </Button>
    </div>
  )
}

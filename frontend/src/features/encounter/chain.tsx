import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Department, Encounter, Step, StepCode } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { language } from '../../i18n/language'
import { words } from '../../i18n/words'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { StepAction } from './step-action'
import { texts } from './texts'

const icons: Record<Step['state'], IconName> = {
  todo: 'circle',
  waiting: 'hourglass',
  done: 'circle-check',
  blocked: 'clock',
  'not-applicable': 'minus',
}

function Due({ step, zone }: { step: Step; zone: string }) {
  const t = texts()
  const open = step.state === 'todo' || step.state === 'waiting' || step.state === 'blocked'
  if (!open || !step.dueAt) return null
  const moment = showMoment(step.dueAt, zone)
  return step.late ? (
    <span class="badge bad">
      <Icon name="clock" />
      {t.lateSince(moment)}
    </span>
  ) : (
    <span class="small muted">{t.before(moment)}</span>
  )
}

function Head({ step, zone }: { step: Step; zone: string }) {
  const t = texts()
  const w = words()
  const open = step.state === 'todo' || step.state === 'waiting'
  // A consent is only ever blocked by the patient's own no.
  const refused = step.code === 'consent' && step.state === 'blocked'
  return (
    <>
      <span class={`state ${refused ? 'refused' : step.state}`}>
        <Icon name={refused ? 'x' : icons[step.state]} />
      </span>
      <div class="grow">
        <p class="step-title">
          <span class="num muted">{step.number}</span> {language.value === 'fr' ? step.title : w.step[step.code]}
          <span class="visually-hidden"> : {refused ? w.consent.refused : t.state[step.state]}</span>
        </p>
        <p class="small" lang="fr">
          {step.evidence}
        </p>
        {open && (
          <p class="line small">
            <span class="acts">{w.acts[step.actsNext]}</span>
            <Due step={step} zone={zone} />
          </p>
        )}
      </div>
    </>
  )
}

/** Opens the step that is next, and closes the one that has just been done; what the person opened stays. */
function useOpenSteps(next: StepCode | undefined) {
  const open = useSignal<ReadonlySet<StepCode>>(new Set(next ? [next] : []))
  const before = useRef(next)
  useEffect(() => {
    if (before.current === next) return
    const now = new Set(open.value)
    if (before.current) now.delete(before.current)
    if (next) now.add(next)
    before.current = next
    open.value = now
  }, [next, open])
  return {
    isOpen: (code: StepCode) => open.value.has(code),
    set: (code: StepCode, shown: boolean) => {
      if (open.value.has(code) === shown) return
      const now = new Set(open.value)
      if (shown) now.add(code)
      else now.delete(code)
      open.value = now
    },
  }
}

interface Props {
  encounter: Encounter
  department: Department
  onFinish: () => void
}

/** The ten steps: state, evidence, who acts; each opens what can be done about it, in place. */
export function Chain({ encounter, department, onFinish }: Props) {
  const t = texts()
  const steps = useOpenSteps(encounter.nextStep)
  useEffect(() => {
    const follow = () => {
      const code = location.hash.replace('#step-', '') as StepCode
      if (encounter.chain.some((step) => step.code === code)) steps.set(code, true)
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  })
  return (
    <section class="stack" aria-labelledby="chain">
      <h2 id="chain">{t.chain}</h2>
      <ol class="chain card">
        {encounter.chain.map((step) => (
          <li key={step.code} id={`step-${step.code}`}>
            <details
              open={steps.isOpen(step.code)}
              onToggle={(e) => steps.set(step.code, e.currentTarget.open)}
              class={step.code === encounter.nextStep ? 'next' : undefined}
            >
              <summary>
                <Head step={step} zone={department.timezone} />
                <span class="turn">
                  <Icon name="chevron-right" />
                </span>
              </summary>
              {steps.isOpen(step.code) && (
                <div class="step-body stack">
                  <StepAction step={step} encounter={encounter} department={department} onFinish={onFinish} />
                </div>
              )}
            </details>
          </li>
        ))}
      </ol>
    </section>
  )
}

import type { Department, Encounter } from '../../api/types'
import { now } from '../../i18n/clock'
import { words } from '../../i18n/words'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { StartButton } from '../../ui/start'
import { loadClosing, loadDelay } from './parts'
import { texts } from './texts'

/** The start is offered big from this long before the planned hour, or as soon as the patient is there. */
const early = 30 * 60_000

export function startsSoon(encounter: Encounter, at: number): boolean {
  const there = encounter.presence?.state === 'present' || encounter.presence?.state === 'in-meeting'
  return there || at >= Date.parse(encounter.plannedStart) - early
}

/** A delay is announced around the planned hour, to somebody who has not been let in yet. */
const around = 60 * 60_000

export function delayCounts(encounter: Encounter, at: number): boolean {
  const waits = encounter.status === 'planned' || encounter.status === 'arrived'
  return waits && Math.abs(at - Date.parse(encounter.plannedStart)) <= around
}

function hasAction(encounter: Encounter): boolean {
  const step = encounter.nextStep
  if (!step) return false
  return encounter.allowed.includes(step === 'held' ? 'start' : step)
}

interface Props {
  encounter: Encounter
  department: Department
  onFinish: () => void
}

/** The one thing to do now, as large as it deserves. */
export function Next({ encounter, department, onFinish }: Props) {
  const t = texts()
  const w = words()
  const may = (action: Encounter['allowed'][number]) => encounter.allowed.includes(action)
  if (encounter.status === 'in-progress')
    return (
      <section class="stack">
        {encounter.link?.url && (
          <a class="btn wide" href={encounter.link.url} target="_blank" rel="noopener noreferrer">
            <Icon name="video" />
            {t.rejoin}
          </a>
        )}
        {may('finish') && (
          <Button kind="primary" big wide icon="square" onClick={onFinish}>
            {t.finish}
          </Button>
        )}
        {may('record') && (
          <a class="btn wide" href="#step-record">
            <Icon name="pencil" />
            {t.write}
          </a>
        )}
      </section>
    )
  const step = encounter.nextStep
  const start = may('start') && startsSoon(encounter, now.value)
  if (!step)
    return (
      <section class="stack">
        {encounter.status !== 'cancelled' && (
          <Banner tone="ok" icon="circle-check">
            {t.nothing}
          </Banner>
        )}
        {may('record') && <Lazy load={loadClosing} props={{ encounter, department }} />}
      </section>
    )
  return (
    <section class="stack">
      {start && <StartButton row={encounter} wide />}
      {may('delay') && delayCounts(encounter, now.value) && <Lazy load={loadDelay} props={{ id: encounter.id }} />}
      {!(start && step === 'held') && (
        <Banner
          class="next-banner"
          tone={encounter.late ? 'bad' : 'plain'}
          icon={encounter.late ? 'clock' : 'chevron-right'}
          action={
            hasAction(encounter) && (
              <a class={start ? 'btn' : 'btn primary'} href={`#step-${step}`}>
                {t.go}
              </a>
            )
          }
        >
          <p class="small muted">{t.next}</p>
          <p>
            <strong>{w.step[step]}</strong> <span class="small">· {w.acts[encounter.actsNext]}</span>
          </p>
        </Banner>
      )}
    </section>
  )
}

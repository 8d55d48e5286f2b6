import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { Icon } from '../../ui/icon'
import { messagesTexts } from './messages-texts'

const minutes: readonly number[] = [5, 10, 15, 30]

/** Tells the patient that the practitioner is late: two taps with one thumb. */
export default function Delay({ id }: { id: string }) {
  const t = messagesTexts()
  const told = useSignal(0)
  const command = useEncounterCommand<{ minutes: number }>(id, 'delay')
  const run = async (n: number) => {
    if (!(await command.run({ minutes: n }))) return
    told.value = n
    announce(t.lateSaid(n))
  }
  return (
    <details class="card">
      <summary class="line">
        <Icon name="clock" /> {t.late}
      </summary>
      <div class="stack">
        <p class="hint">{t.lateHint}</p>
        <div class="actions even">
          {minutes.map((n) => (
            <Button key={n} busy={command.busy} onClick={() => void run(n)}>
              {t.minutes(n)}
            </Button>
          ))}
        </div>
        <FailureSummary failure={command.failure} />
        {told.value > 0 && (
          <Banner tone="ok" icon="check">
            {t.lateSaid(told.value)}
          </Banner>
        )}
      </div>
    </details>
  )
}

import { useCommand } from '../../api/command'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { texts } from './texts'

interface Days {
  departmentId: string
  from: string
  to: string
}

interface Props {
  days: Days
  count: number
  target: string
  onDone: () => void
  onClose: () => void
}

/** One sentence, one button with the number on it. */
export default function Together({ days, count, target, onDone, onClose }: Props) {
  const t = texts()
  const command = useCommand<Days & { expected: number }, { confirmed: number }>('POST', '/worklists/coding/confirm')
  async function confirm(): Promise<void> {
    const answer = await command.run({ ...days, expected: count })
    if (!answer) return
    announce(t.togetherDone(answer.data.confirmed))
    onDone()
  }
  return (
    <Dialog title={t.togetherTitle} onClose={onClose}>
      <div class="stack">
        <p class="sentence">{t.togetherWhy(count, target)}</p>
        <FailureSummary failure={command.failure} />
        <Button kind="primary" big wide icon="check" busy={command.busy} onClick={() => void confirm()}>
          {t.together(count)}
        </Button>
      </div>
    </Dialog>
  )
}

import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import type { CancelReason } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import type { DialogProps } from './finish'
import { heldTexts } from './held-texts'

export default function Cancel({ encounter, onClose }: DialogProps) {
  const t = heldTexts()
  const draft = useDraft<{ reason: CancelReason | ''; text: string }>(`cancel:${encounter.id}`, {
    reason: '',
    text: '',
  })
  const asked = useSignal(false)
  const command = useEncounterCommand<{ reason: CancelReason; text?: string }>(encounter.id, 'cancel')
  const { reason, text } = draft.value
  const reasons = Object.entries(t.reasons) as [CancelReason, string][]

  async function submit(): Promise<void> {
    asked.value = true
    if (!reason) return
    if (!(await command.run(text.trim() ? { reason, text: text.trim() } : { reason }))) return
    draft.done()
    onClose()
  }

  return (
    <Dialog title={t.cancelTitle} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <Choices<CancelReason>
          name="reason"
          label={t.reason}
          hint={reason === 'no-show' ? t.noShowHint : t.cancelHint}
          value={reason}
          options={reasons.map(([value, label]) => ({ value, label }))}
          error={asked.value && !reason ? t.reasonMissing : undefined}
          onChange={(v) => draft.set({ reason: v, text })}
        />
        <TextField name="text" label={t.text} optional value={text} onInput={(v) => draft.set({ reason, text: v })} />
        <FailureSummary failure={command.failure} />
        <div class="actions">
          <Button submit kind="danger" icon="ban" busy={command.busy}>
            {t.cancel}
          </Button>
          <Button onClick={onClose}>{t.keep}</Button>
        </div>
      </form>
    </Dialog>
  )
}

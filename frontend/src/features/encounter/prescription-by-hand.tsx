import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { PrescriptionChannel } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { prescriptionTexts } from './prescription-texts'

export interface ByHandDraft {
  state: 'announced' | 'delivered' | 'failed'
  proof: string
  riskAcceptedBy: string
}

interface Body {
  channel: PrescriptionChannel
  state: ByHandDraft['state']
  wantedToday: boolean
  proof?: string
  riskAcceptedBy?: string
}

/** What is told of a delivery that was made without the app. */
export function byHandBody(channel: PrescriptionChannel, wantedToday: boolean, draft: ByHandDraft): Body {
  const body: Body = { channel, state: channel === 'on-site' ? 'delivered' : draft.state, wantedToday }
  if (draft.proof.trim()) body.proof = draft.proof.trim()
  if (channel === 'email') body.riskAcceptedBy = draft.riskAcceptedBy.trim()
  return body
}

interface Props {
  id: string
  channel: PrescriptionChannel
  today: boolean
  done: () => void
}

export function PrescriptionByHand({ id, channel, today, done }: Props) {
  const t = prescriptionTexts()
  const draft = useDraft<ByHandDraft>(`prescription-by-hand:${id}:${channel}`, {
    state: 'delivered',
    proof: '',
    riskAcceptedBy: '',
  })
  const command = useEncounterCommand<Body>(id, 'prescription')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const { value } = draft
  const onSite = channel === 'on-site'
  const change = (part: Partial<ByHandDraft>) => draft.set({ ...value, ...part })
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (e) => {
        e.preventDefault()
        if (!(await command.run(byHandBody(channel, today, value)))) return
        draft.done()
        done()
        announce(t.recorded)
      }}
    >
      {!onSite && (
        <Choices<ByHandDraft['state']>
          name="state"
          label={t.handState}
          value={value.state}
          options={(['announced', 'delivered', 'failed'] as const).map((state) => ({ value: state, label: t[state] }))}
          error={errors.get('state')?.message}
          onChange={(state) => change({ state })}
        />
      )}
      {channel === 'email' && (
        <TextField
          name="riskAcceptedBy"
          label={t.risk}
          hint={t.riskHint}
          value={value.riskAcceptedBy}
          error={errors.get('riskAcceptedBy')?.message}
          onInput={(riskAcceptedBy) => change({ riskAcceptedBy })}
        />
      )}
      {(onSite || value.state !== 'announced') && (
        <TextField
          name="proof"
          label={onSite ? t.handed : t.proof}
          hint={onSite ? t.handedHint : t.proofHint}
          value={value.proof}
          error={errors.get('proof')?.message}
          onInput={(proof) => change({ proof })}
        />
      )}
      <FailureSummary failure={command.failure} />
      <Button submit kind="primary" icon="check" busy={command.busy}>
        {t.save}
      </Button>
    </form>
  )
}

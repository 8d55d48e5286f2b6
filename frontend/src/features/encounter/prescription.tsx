import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { PrescriptionChannel } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Choices, Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { Lazy } from '../../ui/lazy'
import { afterTexts } from './after-texts'
import { loadMailing } from './parts'
import type { StepProps } from './step-action'

export interface PrescriptionDraft {
  channel: PrescriptionChannel | ''
  state: 'announced' | 'delivered'
  wantedToday: boolean
  proof: string
  riskAcceptedBy: string
}

interface Body {
  channel: PrescriptionChannel
  state: 'announced' | 'delivered'
  wantedToday: boolean
  proof?: string
  riskAcceptedBy?: string
}

const byHand = new Set<PrescriptionChannel>(['mssante', 'dispose', 'drop', 'email', 'on-site'])

/** No prescription is delivered as such; the portal announces it for the next day; the rest is as said. */
export function prescriptionBody(draft: PrescriptionDraft): Body | undefined {
  const { channel } = draft
  if (!channel) return undefined
  if (channel === 'none') return { channel, state: 'delivered', wantedToday: false }
  if (channel === 'portal') return { channel, state: 'announced', wantedToday: draft.wantedToday }
  const body: Body = { channel, state: draft.state, wantedToday: draft.wantedToday }
  if (draft.proof.trim()) body.proof = draft.proof.trim()
  if (channel === 'email') body.riskAcceptedBy = draft.riskAcceptedBy.trim()
  return body
}

export default function PrescriptionStep({ encounter, department }: StepProps) {
  const t = afterTexts()
  const known = encounter.prescription
  const draft = useDraft<PrescriptionDraft>(`prescription:${encounter.id}`, {
    channel: known?.channel ?? '',
    state: known?.state ?? 'delivered',
    wantedToday: known?.wantedToday ?? false,
    proof: known?.proof ?? '',
    riskAcceptedBy: '',
  })
  const command = useEncounterCommand<Body>(encounter.id, 'prescription')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const { value } = draft
  const change = (part: Partial<PrescriptionDraft>) => draft.set({ ...value, ...part })
  const channels = Object.entries(t.channel) as [PrescriptionChannel, string][]
  const hand = value.channel !== '' && byHand.has(value.channel)
  return (
    <div class="stack">
      <form
        class="stack"
        noValidate
        onSubmit={async (e) => {
          e.preventDefault()
          const body = prescriptionBody(value)
          if (!body || !(await command.run(body))) return
          draft.done()
          announce(t.prescription)
        }}
      >
        <Choices<PrescriptionChannel>
          name="channel"
          label={t.channelLabel}
          hint={t.channelHint}
          value={value.channel}
          options={channels.map(([code, label]) => ({ value: code, label }))}
          error={errors.get('channel')?.message}
          onChange={(channel) => change({ channel })}
        />
        {value.channel && value.channel !== 'none' && (
          <Tick checked={value.wantedToday} onChange={(wantedToday) => change({ wantedToday })}>
            {t.today}
          </Tick>
        )}
        {value.channel === 'email' && (
          <TextField
            name="riskAcceptedBy"
            label={t.risk}
            hint={t.riskHint}
            value={value.riskAcceptedBy}
            error={errors.get('riskAcceptedBy')?.message}
            onInput={(riskAcceptedBy) => change({ riskAcceptedBy })}
          />
        )}
        {hand && (
          <>
            <Choices<'announced' | 'delivered'>
              name="state"
              label={t.state}
              value={value.state}
              options={[
                { value: 'announced', label: t.announced },
                { value: 'delivered', label: t.delivered },
              ]}
              onChange={(state) => change({ state })}
            />
            {value.state === 'delivered' && (
              <TextField
                name="proof"
                label={t.proof}
                hint={t.proofHint}
                value={value.proof}
                error={errors.get('proof')?.message}
                onInput={(proof) => change({ proof })}
              />
            )}
          </>
        )}
        <FailureSummary failure={command.failure} />
        {value.channel && (
          <Button submit kind="primary" icon="check" busy={command.busy}>
            {t.savePrescription}
          </Button>
        )}
      </form>
      {(value.channel === 'mssante' || value.channel === 'email') && (
        <Lazy load={loadMailing} props={{ encounter, department, channel: value.channel }} />
      )}
    </div>
  )
}

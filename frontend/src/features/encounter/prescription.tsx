import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { useRead } from '../../api/read'
import type { ChannelProposal, DeliveryOverview, Encounter, PrescriptionChannel } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { showMoment } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices, Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { Lazy } from '../../ui/lazy'
import { Seen } from '../../ui/seen'
import { loadDispose, loadDrop, loadMailing } from './parts'
import { PrescriptionByHand } from './prescription-by-hand'
import { prescriptionTexts } from './prescription-texts'
import type { StepProps } from './step-action'
import './prescription.css'

interface Body {
  channel: PrescriptionChannel
  state: 'announced' | 'delivered' | 'failed'
  wantedToday: boolean
  proof?: string
}

interface Chosen {
  channel: PrescriptionChannel | ''
  wantedToday: boolean
}

/** The channels that have a panel of their own, which also shows what became of them. */
const panels: readonly PrescriptionChannel[] = ['drop', 'dispose', 'mssante', 'email']

/** What became of the prescription; while nothing has arrived, the channel that the facts propose. */
export default function PrescriptionStep({ encounter, department }: StepProps) {
  const t = prescriptionTexts()
  const reading = useRead<DeliveryOverview>(`/encounters/${encounter.id}/prescription`, {
    topics: [`encounter:${encounter.id}`],
  })
  const again = useSignal(false)
  const standing = encounter.prescription
  const draft = useDraft<Chosen>(`prescription:${encounter.id}`, {
    channel: '',
    wantedToday: standing?.wantedToday ?? false,
  })
  const settled = standing !== undefined && standing.state !== 'failed'
  const choosing = reading.data !== undefined && (!settled || again.value)
  const { wantedToday } = draft.value
  const proposal = wantedToday ? reading.data?.today : reading.data?.tomorrow
  const chosen = choosing ? draft.value.channel || proposal?.channel : standing?.channel
  const done = () => {
    draft.done()
    again.value = false
  }
  return (
    <>
      {standing && <Standing standing={standing} zone={department.timezone} />}
      {standing?.channel === 'portal' && standing.state === 'announced' && <PortalCheck id={encounter.id} />}
      <Seen reading={reading} zone={department.timezone} />
      {standing?.state === 'failed' && standing.channel !== chosen && panels.includes(standing.channel) && (
        <Way
          encounter={encounter}
          department={department}
          channel={standing.channel}
          wantedToday={wantedToday}
          option={undefined}
          choosing={false}
          done={done}
        />
      )}
      {choosing && proposal && <Choose draft={draft} proposal={proposal} chosen={chosen ?? 'none'} />}
      {chosen && (choosing || panels.includes(chosen)) && (
        <Way
          key={chosen}
          encounter={encounter}
          department={department}
          channel={chosen}
          wantedToday={wantedToday}
          option={choosing ? proposal?.options.find((o) => o.channel === chosen) : undefined}
          choosing={choosing}
          done={done}
        />
      )}
      {settled && !again.value && (
        <Button
          onClick={() => {
            again.value = true
          }}
        >
          {t.change}
        </Button>
      )}
      <History rows={reading.data?.history ?? []} zone={department.timezone} />
    </>
  )
}

function Standing({ standing, zone }: { standing: NonNullable<Encounter['prescription']>; zone: string }) {
  const t = prescriptionTexts()
  const tone = standing.state === 'delivered' ? 'ok' : standing.state === 'failed' ? 'bad' : 'plain'
  const icon = { ok: 'check', bad: 'triangle-alert', plain: 'clock' } as const
  return (
    <Banner tone={tone} icon={icon[tone]}>
      {t.channel[standing.channel]}
      {standing.channel !== 'none' && ` : ${t.state[standing.state]}`}
      {t.by(standing.recordedBy)}, {showMoment(standing.recordedAt, zone)}
      {standing.proof && ` — ${standing.proof}`}
    </Banner>
  )
}

function History({ rows, zone }: { rows: DeliveryOverview['history']; zone: string }) {
  const t = prescriptionTexts()
  if (rows.length < 2) return null
  return (
    <details>
      <summary>{t.history}</summary>
      <ol class="prescription-history">
        {rows.map((row) => (
          <li key={row.recordedAt}>
            {showMoment(row.recordedAt, zone)} · {t.channel[row.channel]}
            {row.channel !== 'none' && ` : ${t.state[row.state]}`}
            {t.by(row.recordedBy ?? '')}
            {row.proof && ` — ${row.proof}`}
          </li>
        ))}
      </ol>
    </details>
  )
}

/** The day after: is it there? */
function PortalCheck({ id }: { id: string }) {
  const t = prescriptionTexts()
  const command = useEncounterCommand<Body>(id, 'prescription')
  const say = async (state: 'delivered' | 'failed', proof: string) => {
    if (await command.run({ channel: 'portal', state, wantedToday: false, proof })) announce(t.recorded)
  }
  return (
    <fieldset class="plain stack">
      <legend>{t.check}</legend>
      <FailureSummary failure={command.failure} />
      <div class="actions">
        <Button kind="primary" icon="check" busy={command.busy} onClick={() => void say('delivered', t.seenProof)}>
          {t.seen}
        </Button>
        <Button busy={command.busy} onClick={() => void say('failed', t.absentProof)}>
          {t.absent}
        </Button>
      </div>
    </fieldset>
  )
}

interface ChooseProps {
  draft: { value: Chosen; set: (value: Chosen) => void }
  proposal: ChannelProposal
  chosen: PrescriptionChannel
}

function Choose({ draft, proposal, chosen }: ChooseProps) {
  const t = prescriptionTexts()
  const { wantedToday } = draft.value
  return (
    <div class="stack">
      <Tick checked={wantedToday} onChange={(today) => draft.set({ channel: '', wantedToday: today })}>
        {t.today}
      </Tick>
      <p>
        <strong>
          {t.proposed} : {t.channel[proposal.channel]}.
        </strong>{' '}
        {proposal.why}
      </p>
      <Choices<PrescriptionChannel>
        name="channel"
        label={t.channelLabel}
        value={chosen}
        options={channels(proposal).map((code) => ({ value: code, label: t.channel[code] }))}
        onChange={(code) => draft.set({ channel: code, wantedToday })}
      />
    </div>
  )
}

/** In the order of preference; that none is needed comes first, since it is soonest said. */
function channels(proposal: ChannelProposal): PrescriptionChannel[] {
  return ['none', ...proposal.options.map((o) => o.channel)]
}

interface WayProps extends StepProps {
  channel: PrescriptionChannel
  wantedToday: boolean
  option: ChannelProposal['options'][number] | undefined
  /** Else what was sent is looked at. */
  choosing: boolean
  done: () => void
}

/** What there is to do for one channel. */
function Way({ encounter, department, channel, wantedToday, option, choosing, done }: WayProps) {
  const t = prescriptionTexts()
  if (option && !option.allowed)
    return (
      <Banner tone="warn" icon="triangle-alert">
        {t.forbidden} {option.why}
      </Banner>
    )
  if (channel === 'none' || channel === 'portal')
    return <Said id={encounter.id} channel={channel} wantedToday={wantedToday} why={option?.why} done={done} />
  const byHand = <PrescriptionByHand id={encounter.id} channel={channel} today={wantedToday} done={done} />
  if (channel === 'on-site') return byHand
  return (
    <>
      {channel === 'drop' && <Lazy load={loadDrop} props={{ encounter, department }} />}
      {channel === 'dispose' && <Lazy load={loadDispose} props={{ encounter, department, wantedToday }} />}
      {(channel === 'mssante' || channel === 'email') && (
        <Lazy load={loadMailing} props={{ encounter, department, channel }} />
      )}
      {(choosing || encounter.prescription?.state === 'sent') && (
        <details>
          <summary>{choosing ? t.byHand : t.confirm}</summary>
          {byHand}
        </details>
      )}
    </>
  )
}

interface SaidProps {
  id: string
  channel: 'none' | 'portal'
  wantedToday: boolean
  why: string | undefined
  done: () => void
}

/** What is done by saying so. */
function Said({ id, channel, wantedToday, why, done }: SaidProps) {
  const t = prescriptionTexts()
  const command = useEncounterCommand<Body>(id, 'prescription')
  const none = channel === 'none'
  const save = async () => {
    const body: Body = none
      ? { channel, state: 'delivered', wantedToday: false }
      : { channel, state: 'announced', wantedToday }
    if (!(await command.run(body))) return
    done()
    announce(t.recorded)
  }
  return (
    <>
      {!none && (
        <p class="hint">
          {why} {t.announceHint}
        </p>
      )}
      <FailureSummary failure={command.failure} />
      <Button kind="primary" icon={none ? 'check' : 'send'} busy={command.busy} onClick={() => void save()}>
        {none ? t.saveNone : t.announce}
      </Button>
    </>
  )
}

import { useSignal } from '@preact/signals'
import { useEncounterCommand } from '../../api/command'
import { useRead } from '../../api/read'
import type { ChannelProposal, PrescriptionChannel, PrescriptionOverview } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { showMoment } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices, Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { Seen } from '../../ui/seen'
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

/** What became of the prescription; while nothing has arrived, the channel that the facts propose. */
export default function PrescriptionStep({ encounter, department }: StepProps) {
  const t = prescriptionTexts()
  const reading = useRead<PrescriptionOverview>(`/encounters/${encounter.id}/prescription`, {
    topics: [`encounter:${encounter.id}`],
  })
  const again = useSignal(false)
  const standing = encounter.prescription
  const settled = standing && standing.state !== 'failed'
  const zone = department.timezone
  return (
    <>
      {standing && (
        <Banner
          tone={standing.state === 'delivered' ? 'ok' : standing.state === 'failed' ? 'bad' : 'plain'}
          icon={standing.state === 'delivered' ? 'check' : standing.state === 'failed' ? 'triangle-alert' : 'clock'}
        >
          {t.channel[standing.channel]}
          {standing.channel !== 'none' && ` : ${t.state[standing.state]}`}
          {t.by(standing.recordedBy)}, {showMoment(standing.recordedAt, zone)}
          {standing.proof && ` — ${standing.proof}`}
        </Banner>
      )}
      {standing?.channel === 'portal' && standing.state === 'announced' && <PortalCheck id={encounter.id} />}
      <Seen reading={reading} zone={zone} />
      {reading.data && (!settled || again.value) && (
        <Choose encounter={encounter} department={department} overview={reading.data} />
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
      {(reading.data?.history.length ?? 0) > 1 && (
        <details>
          <summary>{t.history}</summary>
          <ol class="prescription-history">
            {reading.data?.history.map((row) => (
              <li key={row.recordedAt}>
                {showMoment(row.recordedAt, zone)} · {t.channel[row.channel]}
                {row.channel !== 'none' && ` : ${t.state[row.state]}`}
                {t.by(row.recordedBy ?? '')}
                {row.proof && ` — ${row.proof}`}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
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

function Choose({ encounter, department, overview }: StepProps & { overview: PrescriptionOverview }) {
  const t = prescriptionTexts()
  const draft = useDraft<Chosen>(`prescription:${encounter.id}`, {
    channel: '',
    wantedToday: encounter.prescription?.wantedToday ?? false,
  })
  const { channel, wantedToday } = draft.value
  const proposal = wantedToday ? overview.today : overview.tomorrow
  const chosen = channel || proposal.channel
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
      <Chosen
        encounter={encounter}
        department={department}
        channel={chosen}
        wantedToday={wantedToday}
        proposal={proposal}
        done={draft.done}
      />
    </div>
  )
}

/** In the order of preference; that none is needed comes first, since it is soonest said. */
function channels(proposal: ChannelProposal): PrescriptionChannel[] {
  return ['none', ...proposal.options.map((o) => o.channel)]
}

interface ChosenProps extends StepProps {
  channel: PrescriptionChannel
  wantedToday: boolean
  proposal: ChannelProposal
  done: () => void
}

function Chosen({ encounter, channel, wantedToday, proposal, done }: ChosenProps) {
  const t = prescriptionTexts()
  const command = useEncounterCommand<Body>(encounter.id, 'prescription')
  const option = proposal.options.find((o) => o.channel === channel)
  const save = async (body: Body) => {
    if (!(await command.run(body))) return
    done()
    announce(t.recorded)
  }
  const byHand = (
    <PrescriptionByHand key={channel} id={encounter.id} channel={channel} today={wantedToday} done={done} />
  )
  if (channel === 'none')
    return (
      <>
        <FailureSummary failure={command.failure} />
        <Button
          kind="primary"
          icon="check"
          busy={command.busy}
          onClick={() => void save({ channel, state: 'delivered', wantedToday: false })}
        >
          {t.saveNone}
        </Button>
      </>
    )
  if (option && !option.allowed)
    return (
      <Banner tone="warn" icon="triangle-alert">
        {t.forbidden} {option.why}
      </Banner>
    )
  if (channel === 'portal')
    return (
      <>
        <p class="hint">
          {option?.why} {t.announceHint}
        </p>
        <FailureSummary failure={command.failure} />
        <Button
          kind="primary"
          icon="send"
          busy={command.busy}
          onClick={() => void save({ channel, state: 'announced', wantedToday })}
        >
          {t.announce}
        </Button>
      </>
    )
  if (channel === 'on-site') return byHand
  return (
    <>
      <p class="hint">{option?.why}</p>
      <details>
        <summary>{t.byHand}</summary>
        {byHand}
      </details>
    </>
  )
}

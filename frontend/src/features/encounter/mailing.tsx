import { useSignal } from '@preact/signals'
import { encounterPath } from '../../api/command'
import { useRead } from '../../api/read'
import type { Department, Encounter, Mailings } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { FieldError } from '../../ui/field-error'
import { MailingPatient } from './mailing-patient'
import { MailingPharmacy } from './mailing-pharmacy'
import { type MailingDraft, megabytes, orderOf, refusalOf, useMailing } from './mailing-send'
import { Sent } from './mailing-sent'
import { mailingTexts } from './mailing-texts'

interface Props {
  encounter: Encounter
  department: Department
  channel: 'mssante' | 'email'
}

const empty: MailingDraft = { addressee: 'pharmacist', address: '', name: '', acceptedBy: '', how: '' }

/** Sends a PDF by secure health mail, or under a password by e-mail, and shows what became of those that were sent. */
export function MailingPanel({ encounter, department, channel }: Props) {
  const t = mailingTexts()
  const path = `${encounterPath(encounter.id)}/mailings`
  const reading = useRead<Mailings>(path, { topics: [`encounter:${encounter.id}`] })
  const draft = useDraft<MailingDraft>(`mailing:${channel}:${encounter.id}`, empty)
  const file = useSignal<File | undefined>(undefined)
  const tried = useSignal(false)
  const mailing = useMailing(path)
  const { value } = draft
  const change = (part: Partial<MailingDraft>) => draft.set({ ...value, ...part })
  const data = reading.data
  if (!data) return <FailureSummary failure={reading.failure} retry={() => void reading.reload()} />
  const toPatient = channel === 'email' || value.addressee === 'patient'
  const ready = channel === 'email' ? data.email !== '' : data.mssante && (!toPatient || data.ins.qualified)
  const error = (field: string) => mailing.errors.get(field)?.message
  const refusal = file.value ? refusalOf(file.value, channel) : tried.value ? t.missing : undefined

  async function send(event: Event) {
    event.preventDefault()
    tried.value = true
    if (!file.value || refusalOf(file.value, channel)) return
    if (!(await mailing.send(orderOf(channel, value), file.value))) return
    draft.done()
    file.value = undefined
    tried.value = false
    announce(t.sent)
    void reading.reload()
  }

  return (
    <div class="stack">
      {channel === 'mssante' && !data.mssante && <Banner tone="warn">{t.noOperator}</Banner>}
      {channel === 'mssante' && data.mssante && (
        <>
          <Choices<'pharmacist' | 'patient'>
            name="addressee"
            label={t.to}
            value={value.addressee}
            options={[
              { value: 'pharmacist', label: t.pharmacist },
              { value: 'patient', label: t.patient },
            ]}
            onChange={(addressee) => change({ addressee })}
          />
          {toPatient ? (
            <MailingPatient encounterId={encounter.id} ins={data.ins} done={() => void reading.reload()} />
          ) : (
            data.directory && (
              <MailingPharmacy address={value.address} choose={(name, address) => change({ name, address })} />
            )
          )}
        </>
      )}
      {channel === 'email' && (
        <Banner tone="warn" icon="triangle-alert">
          <p>{t.risk}</p>
          <p>
            {data.email ? t.goesTo(data.email) : t.noAddress} {data.passwordBy === 'sms' ? t.bySms : t.byTelephone}
          </p>
        </Banner>
      )}
      {ready && (
        <form class="stack" noValidate onSubmit={(event) => void send(event)}>
          {channel === 'email' ? (
            <>
              <TextField
                name="riskAcceptedBy"
                label={t.acceptedBy}
                hint={t.acceptedByHint}
                value={value.acceptedBy}
                error={error('riskAcceptedBy')}
                onInput={(acceptedBy) => change({ acceptedBy })}
              />
              <Choices<'oral' | 'telephone' | 'written'>
                name="riskAcceptedHow"
                label={t.how}
                value={value.how}
                options={(['oral', 'telephone', 'written'] as const).map((how) => ({ value: how, label: t.hows[how] }))}
                error={error('riskAcceptedHow')}
                onChange={(how) => change({ how })}
              />
            </>
          ) : (
            !toPatient && (
              <TextField
                name="address"
                type="email"
                inputMode="email"
                autoComplete="off"
                autoCapitalize="none"
                label={t.address}
                hint={t.addressHint}
                value={value.address}
                error={error('address')}
                onInput={(address) => change({ address, name: '' })}
              />
            )
          )}
          <PickFile
            key={data.items.length} // an empty choice after each that was sent
            limit={t.limit(megabytes[channel])}
            error={refusal ?? error('file')}
            pick={(next) => {
              file.value = next
              mailing.forget()
            }}
          />
          <FailureSummary
            failure={mailing.failure}
            labels={{ riskAcceptedBy: t.acceptedBy, riskAcceptedHow: t.how, address: t.address, file: t.file }}
          />
          <div class="actions">
            <Button submit kind="primary" icon="send" busy={mailing.busy}>
              {channel === 'email' ? t.sendEmail : t.sendMssante}
            </Button>
          </div>
        </form>
      )}
      {mailing.password && (
        <Banner tone="warn" icon="phone" urgent>
          <p>{t.tell}</p>
          <p class="when-line num" data-testid="password">
            {mailing.password}
          </p>
        </Banner>
      )}
      <Sent
        items={data.items}
        zone={department.timezone}
        path={path}
        told={() => {
          mailing.hide()
          void reading.reload()
        }}
      />
    </div>
  )
}

export default MailingPanel

interface PickProps {
  limit: string
  error: string | undefined
  pick: (file: File) => void
}

function PickFile({ limit, error, pick }: PickProps) {
  const t = mailingTexts()
  return (
    <div class="field">
      <label for="mailing-file">{t.file}</label>
      <p id="mailing-limit" class="hint">
        {limit}
      </p>
      <input
        id="mailing-file"
        type="file"
        name="file"
        accept="application/pdf,.pdf"
        aria-describedby="mailing-limit mailing-error"
        aria-invalid={error ? 'true' : undefined}
        onChange={(event) => {
          const next = event.currentTarget.files?.[0]
          if (next) pick(next)
        }}
      />
      <FieldError id="mailing-error" text={error} />
    </div>
  )
}

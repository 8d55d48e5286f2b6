import { useSignal } from '@preact/signals'
import { encounterPath, useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import type { PatientIns } from '../../api/types'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { mailingTexts } from './mailing-texts'

type Status = NonNullable<PatientIns['status']>

interface Props {
  encounterId: string
  ins: PatientIns
  done: () => void
}

/** The patient's mailbox follows from a qualified INS, which the hospital's identity desk gives. */
export function MailingPatient({ encounterId, ins, done }: Props) {
  const t = mailingTexts()
  const matricule = useSignal('')
  const status = useSignal<Status | ''>(ins.status ?? '')
  const command = useCommand<{ matricule: string; status: Status | '' }, PatientIns>(
    'PUT',
    `${encounterPath(encounterId)}/ins`,
  )
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const warning = ins.birthDiffers && (
    <Banner tone="warn" icon="triangle-alert">
      {t.insBirth}
    </Banner>
  )
  if (ins.qualified) {
    return (
      <>
        <p>{t.insReady(ins.masked ?? '')}</p>
        {warning}
      </>
    )
  }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (event) => {
        event.preventDefault()
        if (!(await command.run({ matricule: matricule.value, status: status.value }))) return
        announce(t.insSaved)
        done()
      }}
    >
      <p class="muted">{t.insNeeded}</p>
      {warning}
      <TextField
        name="matricule"
        autoComplete="off"
        label={t.matricule}
        hint={t.matriculeHint}
        value={matricule.value}
        error={errors.get('matricule')?.message}
        onInput={(text) => {
          matricule.value = text
        }}
      />
      <SelectField<Status>
        name="status"
        label={t.status}
        empty="…"
        value={status.value}
        options={(['PROV', 'RECUP', 'VALI', 'QUAL'] as const).map((s) => ({ value: s, label: t.statuses[s] }))}
        error={errors.get('status')?.message}
        onChange={(chosen) => {
          status.value = chosen
        }}
      />
      <FailureSummary failure={command.failure} labels={{ matricule: t.matricule, status: t.status }} />
      <div class="actions">
        <Button submit icon="check" busy={command.busy}>
          {t.saveIns}
        </Button>
      </div>
    </form>
  )
}

import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { useRead } from '../../api/read'
import type { ActivityCodes, Encounter } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { locale } from '../../i18n/language'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { Seen } from '../../ui/seen'
import { afterTexts } from './after-texts'
import type { StepProps } from './step-action'

type Body = { state: 'coded'; activityCodeId: string } | { state: 'not-billable'; reason: string }

function amount(cents: number | undefined): string {
  if (cents === undefined) return ''
  return ` · ${new Intl.NumberFormat(locale.value, { style: 'currency', currency: 'EUR' }).format(cents / 100)}`
}

/** What became of the act; a refusal is a task again. */
function Standing({ coding }: { coding: NonNullable<Encounter['coding']> }) {
  const t = afterTexts()
  const reason = coding.reason ?? ''
  if (coding.state === 'refused' || coding.state === 'reopened')
    return (
      <Banner tone="warn" icon="triangle-alert">
        {coding.state === 'refused' ? t.isRefused(reason) : t.isReopened(reason)}
      </Banner>
    )
  return (
    <Banner tone="ok" icon="check">
      {coding.state === 'coded'
        ? t.isCoded([coding.code, coding.label].filter(Boolean).join(' · '))
        : t.isNotBillable(reason)}
    </Banner>
  )
}

/** The code that is proposed stands first; whoever codes in the other software ticks it here. */
export default function CodingStep({ encounter, department }: StepProps) {
  const t = afterTexts()
  const reading = useRead<ActivityCodes>(`/activity-codes?encounterId=${encounter.id}`)
  const draft = useDraft(`coding:${encounter.id}`, { codeId: '', reason: '' })
  const command = useEncounterCommand<Body>(encounter.id, 'coding')
  const errors = byField(command.failure instanceof ApiError ? command.failure.violations : [])
  const codes = reading.data?.items ?? []
  const { reason } = draft.value
  const codeId = draft.value.codeId || (codes.find((c) => c.proposed)?.id ?? '')
  const send = async (body: Body) => {
    if (await command.run(body)) draft.done()
  }
  return (
    <>
      {encounter.coding && <Standing coding={encounter.coding} />}
      <Seen reading={reading} zone={department.timezone} />
      {reading.data?.why && <p class="small muted">{reading.data.why}</p>}
      {reading.data?.flags.map((flag) => (
        <Banner key={flag.code} tone="warn" icon="triangle-alert">
          {flag.text}
        </Banner>
      ))}
      {reading.data?.explanation && <Banner icon="triangle-alert">{reading.data.explanation}</Banner>}
      <form
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          if (codeId) void send({ state: 'coded', activityCodeId: codeId })
        }}
      >
        <SelectField
          name="activityCodeId"
          label={t.code}
          hint={t.codeHint}
          value={codeId}
          empty={t.chooseCode}
          options={codes.map((c) => ({
            value: c.id,
            label: `${c.code} · ${c.label}${amount(c.amountCents)}${c.proposed ? ` (${t.proposed})` : ''}`,
          }))}
          error={errors.get('activityCodeId')?.message}
          onChange={(v) => draft.set({ codeId: v, reason })}
        />
        <Button submit kind="primary" icon="check" busy={command.busy}>
          {t.coded(department.codingTarget)}
        </Button>
      </form>
      <FailureSummary failure={command.failure} />
      <details open={reason !== ''}>
        <summary>{t.notBillable}</summary>
        <form
          class="stack"
          noValidate
          onSubmit={(e) => {
            e.preventDefault()
            void send({ state: 'not-billable', reason: reason.trim() })
          }}
        >
          <TextField
            name="reason"
            label={t.notBillableReason}
            value={reason}
            error={errors.get('reason')?.message}
            onInput={(v) => draft.set({ codeId: draft.value.codeId, reason: v })}
          />
          <Button submit busy={command.busy}>
            {t.recordNotBillable}
          </Button>
        </form>
      </details>
      <a class="btn" href="/coding">
        {t.codingList}
      </a>
    </>
  )
}

import { useEncounterCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { useRead } from '../../api/read'
import type { ActivityCodes } from '../../api/types'
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
      {encounter.coding && (
        <Banner tone="ok" icon="check">
          {encounter.coding.state === 'coded'
            ? t.isCoded([encounter.coding.code, encounter.coding.label].filter(Boolean).join(' · '))
            : t.isNotBillable(encounter.coding.reason ?? '')}
        </Banner>
      )}
      <Seen reading={reading} zone={department.timezone} />
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
    </>
  )
}

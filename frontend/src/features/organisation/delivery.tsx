import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField, type Failure } from '../../api/error'
import type { DeliverySettings, DepartmentSettings, ManagedDepartment, MessagePurpose } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { common } from '../../i18n/common'
import { table } from '../../i18n/language'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { FailureSummary } from '../../ui/failure'
import { SelectField, TextField } from '../../ui/field'
import { type DeliveryDraft, draftOf, type NumberName, purposes, settingsFrom, type Way, ways } from './delivery-draft'
import fr from './delivery-texts.fr'
import { settingsOf } from './draft'

const texts = table(fr, () => import('./delivery-texts.en'))

interface Props {
  department: ManagedDepartment
  onSaved: (saved: ManagedDepartment) => void
}

/** How a department reaches its patients: by what, when again, and how much. */
export default function Delivery({ department, onSaved }: Props) {
  const { delivery } = department
  return delivery ? <Rules department={department} delivery={delivery} onSaved={onSaved} /> : null
}

function Rules({ department, delivery, onSaved }: Props & { delivery: DeliverySettings }) {
  const t = texts()
  const stored = useDraft<DeliveryDraft | undefined>(`delivery:${department.id}`, undefined)
  const draft = stored.value ?? draftOf(delivery, department.notifyBothChannels)
  const own = useSignal<Failure | undefined>(undefined)
  const command = useCommand<DepartmentSettings, ManagedDepartment>('PUT', `/departments/${department.id}`)
  const failure = own.value ?? command.failure
  const errors = byField(failure instanceof ApiError ? failure.violations : [])
  const set = (part: Partial<DeliveryDraft>) => stored.set({ ...draft, ...part })
  async function save(): Promise<void> {
    const read = settingsFrom(draft, t.number)
    own.value =
      'violations' in read
        ? new ApiError({ type: 'about:blank', title: '', status: 422, code: 'invalid', violations: read.violations })
        : undefined
    if ('violations' in read) return
    const answer = await command.run({
      ...settingsOf(department),
      notifyBothChannels: false,
      delivery: read.settings,
    })
    if (!answer) return
    stored.done()
    announce(t.saved)
    onSaved(answer.data)
  }
  const parts = { draft, errors, set }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        void save()
      }}
    >
      <Ways {...parts} />
      <Reminders {...parts} />
      <section class="card stack" aria-labelledby="follow-ups">
        <h2 id="follow-ups">{t.followUps}</h2>
        <Numbers {...parts} name="consentReminderHours" hint={t.consentHint} />
        <div class="pair roomy end">
          {(['unreadHours', 'receiptMinutes', 'linkTestHours', 'lateMinutes'] as const).map((name) => (
            <Numbers key={name} {...parts} name={name} hint={t.zeroHint} />
          ))}
        </div>
      </section>
      <section class="card stack" aria-labelledby="limits">
        <h2 id="limits">{t.limits}</h2>
        <div class="pair roomy end">
          <Numbers {...parts} name="emailsPerMinute" hint={t.limitsHint} />
          <Numbers {...parts} name="smsPerMinute" hint={t.limitsHint} />
          <Numbers {...parts} name="smsFromHour" hint={t.smsHoursHint} />
          <Numbers {...parts} name="smsUntilHour" hint={t.smsUntilHint} />
          <Numbers {...parts} name="smsPriceCents" hint={t.smsPriceHint} />
        </div>
      </section>
      <FailureSummary failure={failure} labels={labels()} />
      <Button submit kind="primary" wide busy={command.busy}>
        {common().save}
      </Button>
    </form>
  )
}

interface PartProps {
  draft: DeliveryDraft
  errors: ReadonlyMap<string, { message: string }>
  set: (part: Partial<DeliveryDraft>) => void
}

function labels(): Record<string, string> {
  const t = texts()
  const names = ['consentReminderHours', 'otherReminders', 'unreadHours', 'receiptMinutes', 'linkTestHours'] as const
  const more = [
    'lateMinutes',
    'emailsPerMinute',
    'smsPerMinute',
    'smsFromHour',
    'smsUntilHour',
    'smsPriceCents',
  ] as const
  return Object.fromEntries([...names, ...more].map((name) => [`delivery.${name}`, t[name]]))
}

function Ways({ draft, errors, set }: PartProps) {
  const t = texts()
  const options = ways.map((value) => ({ value, label: t.way[value] }))
  return (
    <section class="card stack" aria-labelledby="channels">
      <h2 id="channels">{t.channels}</h2>
      <p class="hint">{t.channelsHint}</p>
      <div class="pair roomy">
        {purposes.map((purpose: MessagePurpose) => (
          <SelectField<Way>
            key={purpose}
            name={`delivery.channels.${purpose}`}
            label={t.purpose[purpose]}
            value={draft.ways[purpose]}
            options={options}
            error={errors.get(`delivery.channels.${purpose}`)?.message}
            onChange={(way) => set({ ways: { ...draft.ways, [purpose]: way } })}
          />
        ))}
      </div>
    </section>
  )
}

function Reminders({ draft, errors, set }: PartProps) {
  const t = texts()
  const usual = [
    { minutes: 10_080, label: t.week },
    { minutes: 1_440, label: t.day },
    { minutes: 120, label: t.hours },
  ]
  return (
    <section class="card stack" aria-labelledby="reminders">
      <h2 id="reminders">{t.reminders}</h2>
      <div>
        {usual.map(({ minutes, label }) => (
          <Tick
            key={minutes}
            name="delivery.reminderMinutes"
            checked={draft.reminders.includes(minutes)}
            onChange={(on) =>
              set({ reminders: on ? [...draft.reminders, minutes] : draft.reminders.filter((m) => m !== minutes) })
            }
          >
            {label}
          </Tick>
        ))}
      </div>
      <TextField
        name="delivery.otherReminders"
        label={t.otherReminders}
        hint={t.otherRemindersHint}
        optional
        autoComplete="off"
        value={draft.otherReminders}
        error={(errors.get('delivery.otherReminders') ?? errors.get('delivery.reminderMinutes'))?.message}
        onInput={(v) => set({ otherReminders: v })}
      />
    </section>
  )
}

type Numeric = NumberName | 'consentReminderHours'

function Numbers({ draft, errors, set, name, hint }: PartProps & { name: Numeric; hint: string }) {
  return (
    <TextField
      name={`delivery.${name}`}
      label={texts()[name]}
      hint={hint}
      inputMode={name === 'consentReminderHours' ? 'text' : 'numeric'}
      autoComplete="off"
      value={draft[name]}
      error={errors.get(`delivery.${name}`)?.message}
      onInput={(v) => set({ [name]: v })}
    />
  )
}

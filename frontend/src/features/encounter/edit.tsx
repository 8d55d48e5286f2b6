import { useSignal } from '@preact/signals'
import { encounterPath, useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { refreshTopics, written } from '../../api/read'
import type { Department, Encounter, PlannedInput } from '../../api/types'
import { common } from '../../i18n/common'
import { today } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { checkPlanned, type Planned, plannedInput, plannedLabels, plannedOf } from '../../ui/planned'
import { HowFields, PractitionerField, WhenFields } from '../../ui/planned-fields'
import { heldTexts } from './held-texts'

interface Props {
  encounter: Encounter
  department: Department
  etag: string | undefined
  onClose: () => void
}

/** Changes the plan. Somebody else's change meanwhile is told, and nothing typed is lost. */
export default function Edit({ encounter, department, etag, onClose }: Props) {
  const t = heldTexts()
  const value = useSignal<Planned>(plannedOf(encounter, department))
  const own = useSignal<ApiError | undefined>(undefined)
  const command = useCommand<PlannedInput, Encounter>('PATCH', encounterPath(encounter.id), etag)
  const failure = own.value ?? command.failure
  const stale = failure instanceof ApiError && failure.status === 412
  const errors = byField(failure instanceof ApiError && !stale ? failure.violations : [])

  async function submit(): Promise<void> {
    const violations = checkPlanned(value.value, department, today(department.timezone))
    own.value =
      violations.length > 0
        ? new ApiError({ type: 'about:blank', title: '', status: 422, code: 'invalid', violations })
        : undefined
    if (own.value) return
    const answer = await command.run(plannedInput(value.value, department))
    if (answer) {
      written(encounterPath(encounter.id), answer)
      refreshTopics([`department:${encounter.departmentId}`])
      onClose()
    } else if (command.failure instanceof ApiError && command.failure.status === 412) {
      refreshTopics([`encounter:${encounter.id}`])
    }
  }

  const fields = {
    value: value.value,
    department,
    errors,
    onChange: (part: Partial<Planned>) => {
      value.value = { ...value.value, ...part }
    },
  }
  return (
    <Dialog title={t.editTitle} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void submit()
        }}
      >
        <PractitionerField {...fields} />
        <WhenFields {...fields} />
        <HowFields {...fields} />
        {value.value.tool !== encounter.tool && value.value.modality === 'video' && (
          <Banner tone="warn" icon="triangle-alert">
            {t.toolWarning}
          </Banner>
        )}
        {stale ? (
          <Banner tone="warn" icon="triangle-alert" urgent>
            <p>{t.stale}</p>
            <ul>
              {failure.violations.map((v) => (
                <li key={v.field}>{v.message}</li>
              ))}
            </ul>
          </Banner>
        ) : (
          <FailureSummary failure={failure} labels={plannedLabels()} />
        )}
        <Button submit kind="primary" big wide icon="check" busy={command.busy}>
          {common().save}
        </Button>
      </form>
    </Dialog>
  )
}

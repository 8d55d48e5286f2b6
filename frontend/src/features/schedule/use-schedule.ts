import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useCommand } from '../../api/command'
import { dropDraft, loadDraft, saveDraft } from '../../api/drafts'
import { ApiError, byField, type Failure } from '../../api/error'
import { refreshTopics } from '../../api/read'
import { me } from '../../api/session'
import type { Department, Encounter, ScheduleInput, Violation } from '../../api/types'
import { addDays, today } from '../../i18n/dates'
import type { Planned } from '../../ui/planned'
import { check, type Draft, emptyDraft, type PatientDraft, toInput } from './draft'

const name = 'schedule'

/** The practitioner is the person, when they are one; otherwise the last one chosen here. */
function usualPractitioner(department: Department): string {
  if (department.roles.includes('practitioner')) return me.value?.staff.id ?? ''
  return localStorage.getItem(`teleconsult.practitioner.${department.id}`) ?? ''
}

function invalid(violations: Violation[]): ApiError {
  return new ApiError({ type: 'about:blank', title: '', status: 422, code: 'invalid', violations })
}

/** The form's state: kept as a draft with every change, checked here first, then by the server. */
export function useSchedule(department: Department, day: string | undefined) {
  const now = today(department.timezone)
  const begin = () => emptyDraft(department, usualPractitioner(department), day && day >= now ? day : addDays(now, 1))
  const draft = useSignal<Draft>(begin())
  const ready = useSignal(false)
  const restored = useSignal(false)
  const own = useSignal<Failure | undefined>(undefined)
  const command = useCommand<ScheduleInput, Encounter>('POST', '/encounters')

  useEffect(() => {
    void loadDraft<Draft>(name).then((old) => {
      if (old && old.departmentId === department.id) {
        draft.value = old
        restored.value = true
      }
      ready.value = true
    })
  }, [department.id, draft, ready, restored])

  function change(next: Draft): void {
    draft.value = next
    saveDraft(name, next)
  }

  const failure = own.value ?? command.failure
  return {
    draft: draft.value,
    ready: ready.value,
    restored: restored.value,
    busy: command.busy,
    failure,
    errors: byField(failure instanceof ApiError ? failure.violations : []),
    setPatient: (part: Partial<PatientDraft>) =>
      change({ ...draft.value, patient: { ...draft.value.patient, ...part } }),
    setPlanned: (part: Partial<Planned>) => change({ ...draft.value, planned: { ...draft.value.planned, ...part } }),
    clear: () => {
      draft.value = begin()
      restored.value = false
      own.value = undefined
      command.forget()
      void dropDraft(name)
    },
    async submit(): Promise<Encounter | undefined> {
      const violations = check(draft.value, department, today(department.timezone))
      own.value = violations.length > 0 ? invalid(violations) : undefined
      if (own.value) return undefined
      const answer = await command.run(toInput(draft.value, department))
      if (!answer) return undefined
      localStorage.setItem(`teleconsult.practitioner.${department.id}`, draft.value.planned.practitionerId)
      await dropDraft(name)
      refreshTopics([`department:${department.id}`])
      return answer.data
    },
  }
}

import { useSignal } from '@preact/signals'
import type { Department } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { TextArea } from '../../ui/field'
import { PasteButton } from '../../ui/meeting-paste'
import { useCreate } from './create'
import { startTexts } from './start-texts'

/** Rows of a spreadsheet, or invitations one after the other: the server finds out which. */
export default function PasteList({ department: d }: { department: Department }) {
  const t = startTexts()
  const draft = useDraft(`batch-text:${d.id}`, '')
  const empty = useSignal(false)
  const create = useCreate()
  const set = (text: string) => {
    empty.value = false
    draft.set(text)
  }
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    empty.value = draft.value.trim() === ''
    if (!empty.value && (await create.run({ departmentId: d.id, text: draft.value }))) draft.done()
  }
  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      <PasteButton onText={set}>{t.pasteButton}</PasteButton>
      <TextArea
        name="text"
        label={t.paste}
        hint={t.pasteHint}
        rows={6}
        value={draft.value}
        error={empty.value ? t.empty : undefined}
        onInput={set}
      />
      <FailureSummary failure={create.failure} />
      <Button submit kind="primary" busy={create.busy}>
        {t.read}
      </Button>
    </form>
  )
}

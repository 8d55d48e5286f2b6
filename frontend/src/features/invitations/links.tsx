import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { useDraft } from '../../api/use-draft'
import { common } from '../../i18n/common'
import { showMoment } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FailureSummary } from '../../ui/failure'
import { TextArea } from '../../ui/field'
import { PasteButton } from '../../ui/meeting-paste'
import { settingsTexts } from './settings-texts'
import type { Attached } from './types'

interface Props {
  id: string
  zone: string
  onAttached: () => void
  onClose: () => void
}

/** Many invitations at once; each goes to the row that begins at its hour. */
export default function Links({ id, zone, onAttached, onClose }: Props) {
  const t = settingsTexts()
  const draft = useDraft(`batch-links:${id}`, '')
  const command = useCommand<{ text: string }, Attached>('POST', `/batches/${id}/links`)
  const done = useSignal<Attached | undefined>(undefined)
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if (!draft.value.trim()) return
    const answer = await command.run({ text: draft.value })
    if (!answer) return
    done.value = answer.data
    draft.done()
    onAttached()
  }
  return (
    <Dialog title={t.links} onClose={onClose}>
      {done.value ? (
        <Told
          done={done.value}
          zone={zone}
          onMore={() => {
            done.value = undefined
          }}
          onClose={onClose}
        />
      ) : (
        <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
          <PasteButton onText={draft.set}>{t.pasteButton}</PasteButton>
          <TextArea
            name="text"
            label={t.linksField}
            hint={t.linksHint}
            rows={6}
            value={draft.value}
            onInput={draft.set}
          />
          <FailureSummary failure={command.failure} />
          <Button submit kind="primary" big wide busy={command.busy}>
            {t.attach}
          </Button>
        </form>
      )}
    </Dialog>
  )
}

interface ToldProps {
  done: Attached
  zone: string
  onMore: () => void
  onClose: () => void
}

function Told({ done, zone, onMore, onClose }: ToldProps) {
  const t = settingsTexts()
  return (
    <div class="stack">
      <Banner tone={done.attached > 0 ? 'ok' : 'warn'} icon={done.attached > 0 ? 'circle-check' : 'triangle-alert'}>
        {t.attached(done.attached)}
      </Banner>
      {done.unmatched.length > 0 && (
        <Banner tone="warn" icon="triangle-alert">
          <p>{t.unmatched}</p>
          <ul>
            {done.unmatched.map((one, i) => (
              <li key={i} lang="fr">
                {one.startsAt && `${showMoment(one.startsAt, zone)} : `}
                {one.reason}
              </li>
            ))}
          </ul>
        </Banner>
      )}
      <Button kind="primary" wide onClick={onClose}>
        {common().close}
      </Button>
      <Button wide onClick={onMore}>
        {t.more}
      </Button>
    </div>
  )
}

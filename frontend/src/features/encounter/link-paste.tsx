import { useEncounterCommand } from '../../api/command'
import { ApiError } from '../../api/error'
import { useRead } from '../../api/read'
import { me } from '../../api/session'
import type { HostAccount, Page } from '../../api/types'
import { useDraft } from '../../api/use-draft'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { failureText } from '../../ui/failure-text'
import { TextArea, TextField } from '../../ui/field'
import { Checklist } from '../../ui/meeting-checklist'
import { PasteButton } from '../../ui/meeting-paste'
import { linkTexts, toSettle } from './invitation-text'
import { ReadOut, Settle } from './link-findings'
import type { StepProps } from './step-action'
import { useParse } from './use-parse'

interface Body {
  text: string
  declared: string[]
  settled: string[]
  hostAccount?: string
}

interface Draft {
  text: string
  declared: string[]
  settled: string[]
  /** undefined until typed: the known account of the person stands in. */
  host?: string
}

const empty: Draft = { text: '', declared: [], settled: [] }

/** The whole invitation is pasted, read at once, compared with the plan, and only then recorded. */
export function Paste({ encounter, department, onDone }: StepProps & { onDone: () => void }) {
  const t = linkTexts()
  const draft = useDraft<Draft>(`link:${encounter.id}`, empty)
  const { value } = draft
  const zone = department.timezone
  const reading = useParse(value.text, zone)
  const accounts = useRead<Page<HostAccount>>('/host-accounts')
  const command = useEncounterCommand<Body>(encounter.id, 'link')
  const { parsed } = reading
  const change = (part: Partial<Draft>) => draft.set({ ...value, ...part })

  const own = encounter.practitioner.id === me.value?.staff.id
  const known = own ? accounts.data?.items.find((a) => a.tool === parsed?.tool)?.email : undefined
  const host = value.host ?? known ?? ''
  const said =
    command.failure instanceof ApiError && command.failure.code === 'link_needs_settling'
      ? command.failure.violations
      : []
  const open = parsed ? toSettle(parsed, encounter, zone, said) : []

  async function submit(): Promise<void> {
    const body: Body = {
      text: value.text,
      declared: value.declared,
      settled: value.settled.filter((code) => open.some((one) => one.code === code)),
    }
    if (host.trim()) body.hostAccount = host.trim()
    if (!(await command.run(body))) return
    draft.done()
    announce(t.standing)
    onDone()
  }

  return (
    <form
      class="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        void submit()
      }}
    >
      <PasteButton onText={(text) => change({ text, settled: [] })}>{t.pasteButton}</PasteButton>
      <TextArea
        name="text"
        label={t.paste}
        hint={t.pasteHint}
        rows={5}
        value={value.text}
        error={reading.failure ? failureText(reading.failure) : undefined}
        onInput={(text) => change({ text, settled: [] })}
      />
      <p class="hint" aria-live="polite">
        {reading.busy ? t.reading : ''}
      </p>
      {parsed && value.text.trim() && (
        <>
          <ReadOut parsed={parsed} zone={zone} />
          <Settle items={open} settled={value.settled} onChange={(settled) => change({ settled })} />
          {parsed.url && (
            <>
              <Checklist
                codes={parsed.checklist}
                declared={value.declared}
                onChange={(declared) => change({ declared })}
              />
              <TextField
                name="hostAccount"
                type="email"
                label={t.hostAccount}
                hint={t.hostHint}
                optional
                value={host}
                onInput={(v) => change({ host: v })}
              />
            </>
          )}
          {said.length === 0 && <FailureSummary failure={command.failure} />}
          {parsed.url && (
            <Button submit kind="primary" icon="check" busy={command.busy}>
              {t.save}
            </Button>
          )}
        </>
      )}
      {!value.text && encounter.tool === 'zoom' && (
        <p>
          <a href="/help/zoom">{t.help}</a>
        </p>
      )}
    </form>
  )
}

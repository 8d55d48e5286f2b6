import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { CodingPage, CodingRow, ReasonState } from '../../api/types'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { patientName } from '../../ui/row'
import type { Deed } from './board'
import { isOpen } from './row'
import { texts } from './texts'

interface Props {
  row: CodingRow
  codes: CodingPage['codes']
  target: string
  /** Undefined: everything that can be done. */
  state: ReasonState | undefined
  onDeed: (deed: Deed) => void
  onClose: () => void
}

/** The number of a button in its list is a key of its own. */
function byDigit(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (!/^[1-9]$/.test(event.key)) return
  const button = event.currentTarget.querySelectorAll<HTMLElement>('li button')[Number(event.key) - 1]
  if (!button) return
  event.preventDefault()
  button.click()
}

export default function Ask({ row, codes, target, state, onDeed, onClose }: Props) {
  const t = texts()
  const asked = useSignal(state)
  const chosen = asked.value
  const box = useRef<HTMLDivElement>(null)
  // The digits are keys of the list: the focus begins in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for every list that is shown
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('li button')?.focus()
  }, [chosen])
  const heading = chosen === 'refused' ? t.state.refused(target) : chosen ? t.state[chosen] : t.choose
  return (
    <Dialog title={heading} onClose={onClose}>
      <div class="stack" ref={box}>
        <p class="muted">{patientName(row.patient)}</p>
        {chosen ? (
          <Reasons key={chosen} state={chosen} onDeed={onDeed} />
        ) : (
          <Menu
            row={row}
            codes={codes}
            target={target}
            onDeed={onDeed}
            onAsk={(next) => {
              asked.value = next
            }}
          />
        )}
      </div>
    </Dialog>
  )
}

interface MenuProps {
  row: CodingRow
  codes: CodingPage['codes']
  target: string
  onDeed: (deed: Deed) => void
  onAsk: (state: ReasonState) => void
}

function Menu({ row, codes, target, onDeed, onAsk }: MenuProps) {
  const t = texts()
  const open = isOpen(row)
  return (
    <>
      {open && row.choices.length > 0 && (
        <>
          <h3>{t.codes}</h3>
          <ul class="stack" onKeyDown={byDigit}>
            {row.choices.map((id, i) => {
              const code = codes.find((c) => c.id === id)
              return (
                code && (
                  <li key={id}>
                    <Button wide onClick={() => onDeed({ state: 'coded', activityCodeId: id })}>
                      {i < 9 && <span class="muted keys">{i + 1}</span>}
                      <strong>{code.code}</strong> {code.label}
                    </Button>
                  </li>
                )
              )
            })}
          </ul>
        </>
      )}
      {open && (
        <Button wide onClick={() => onAsk('not-billable')}>
          {t.notBillable}
        </Button>
      )}
      {row.state !== 'not-billable' && (
        <Button wide onClick={() => onAsk('refused')}>
          {t.refuse(target)}
        </Button>
      )}
      {!open && (
        <Button wide onClick={() => onAsk('reopened')}>
          {t.reopen}
        </Button>
      )}
    </>
  )
}

function Reasons({ state, onDeed }: { state: ReasonState; onDeed: (deed: Deed) => void }) {
  const t = texts()
  const writing = useSignal(false)
  const text = useSignal('')
  const box = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (writing.value) box.current?.querySelector('input')?.focus()
  }, [writing.value])
  const reasons = Object.entries(t.reasons[state])
  if (writing.value)
    return (
      <form
        ref={box}
        class="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          if (text.value.trim()) onDeed({ state, reasonCode: 'other', reason: text.value.trim() })
        }}
      >
        <TextField
          name="reason"
          label={t.otherReason}
          hint={t.otherHint}
          value={text.value}
          onInput={(v) => {
            text.value = v
          }}
        />
        <Button submit kind="primary" wide>
          {t.record}
        </Button>
      </form>
    )
  return (
    <ul class="stack" onKeyDown={byDigit}>
      {reasons.map(([code, words], i) => (
        <li key={code}>
          <Button
            wide
            onClick={() => {
              if (code === 'other') writing.value = true
              else onDeed({ state, reasonCode: code })
            }}
          >
            <span class="muted keys">{i + 1}</span>
            {words}
          </Button>
        </li>
      ))}
    </ul>
  )
}

import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Violation, Wording } from '../../api/types'
import { FieldError } from '../../ui/field-error'
import { type Insertion, insertAt, markLine, type Typed } from './wording'
import { wordingTexts } from './wording-texts'

type Name = 'subject' | 'body'
type Box = HTMLInputElement | HTMLTextAreaElement

interface Props {
  wording: Wording
  typed: Typed
  problems: readonly Violation[]
  onType: (part: Partial<Typed>) => void
}

/** Subject and text, and the chips that put a placeholder where the cursor is. */
export function WordingFields({ wording, typed, problems, onType }: Props) {
  const t = wordingTexts()
  const boxes = { subject: useRef<HTMLInputElement>(null), body: useRef<HTMLTextAreaElement>(null) }
  const last = useSignal<Name>('body')
  const caret = useRef<number | undefined>(undefined)
  // After the insertion is drawn, typing goes on behind it.
  useLayoutEffect(() => {
    if (caret.current === undefined) return
    const box: Box | null = boxes[last.value].current
    box?.focus()
    box?.setSelectionRange(caret.current, caret.current)
    caret.current = undefined
  })
  const apply = (field: Name, change: (box: Box) => Insertion) => {
    const box = boxes[field].current
    if (!box) return
    const made = change(box)
    caret.current = made.caret
    last.value = field
    onType({ [field]: made.text })
  }
  const put = (token: string) =>
    apply(last.value, (box) => {
      const end = box.value.length
      return insertAt(box.value, box.selectionStart ?? end, box.selectionEnd ?? end, token)
    })
  const mark = (name: string) =>
    apply('body', (box) => markLine(box.value, box.selectionStart ?? box.value.length, name))
  const saying = (field: Name) =>
    problems
      .filter((p) => p.field === field)
      .map((p) => p.message)
      .join(' ')
  const text = (field: Name) => ({
    id: `wording-${field}`,
    name: field,
    value: typed[field],
    'aria-describedby': `wording-${field}-error`,
    'aria-invalid': saying(field) ? ('true' as const) : undefined,
    onFocus: () => {
      last.value = field
    },
    onInput: (e: { currentTarget: Box }) => onType({ [field]: e.currentTarget.value }),
  })
  return (
    <>
      {wording.channel === 'email' && (
        <div class="field">
          <label for="wording-subject">{t.subject}</label>
          <input type="text" ref={boxes.subject} {...text('subject')} lang={wording.language} autoComplete="off" />
          <FieldError id="wording-subject-error" text={saying('subject') || undefined} />
        </div>
      )}
      <div class="field">
        <label for="wording-body">{t.body}</label>
        <textarea
          ref={boxes.body}
          {...text('body')}
          lang={wording.language}
          rows={wording.channel === 'sms' ? 7 : 14}
        />
        <FieldError id="wording-body-error" text={saying('body') || undefined} />
      </div>
      <Chips
        legend={t.insert}
        hint={t.insertHint}
        chips={wording.placeholders.map((p) => ({
          code: `{${p.name}}`,
          label: p.label,
          required: p.required,
          onPress: () => put(`{${p.name}}`),
        }))}
      />
      <Chips
        legend={t.marks}
        hint={t.marksHint}
        chips={wording.marks.map((m) => ({
          code: `[${m.name}]`,
          label: m.label,
          required: false,
          onPress: () => mark(m.name),
        }))}
      />
    </>
  )
}

interface ChipsProps {
  legend: string
  hint: string
  chips: readonly { code: string; label: string; required: boolean; onPress: () => void }[]
}

function Chips({ legend, hint, chips }: ChipsProps) {
  const t = wordingTexts()
  if (chips.length === 0) return null
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <p class="hint">{hint}</p>
      <ul class="chips tokens">
        {chips.map((chip) => (
          <li key={chip.code}>
            {/* The field keeps the focus, and with it the cursor. */}
            <button
              type="button"
              class="btn token"
              title={chip.label}
              onMouseDown={(e) => e.preventDefault()}
              onClick={chip.onPress}
            >
              <code>{chip.code}</code>
              {chip.required && <span class="small muted">{t.required}</span>}
              <span class="visually-hidden">: {chip.label}</span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}

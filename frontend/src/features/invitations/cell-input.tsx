import { useSignal } from '@preact/signals'
import type { InputHTMLAttributes } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { announce } from '../../ui/announce'
import { Icon } from '../../ui/icon'
import { choicesOf } from './choices'
import { inputs, kindOf, partOf, typedOf, unread, valueFor } from './fields'
import { fieldId, focusCell, focusField } from './focus'
import type { Line, List } from './list'
import { Problem } from './problem'
import { reviewTexts } from './review-texts'
import type { Field } from './types'

interface InputProps {
  list: List
  line: Line
  field: Field
}

/** One field while it is typed: Enter saves and goes on, Escape takes back, leaving it saves. */
function useEditing({ list, line, field }: InputProps) {
  const value = line.view.value.values[field] ?? ''
  const typed = useSignal<string | undefined>(undefined)

  function save(next = typed.value): void {
    typed.value = undefined
    if (next === undefined) return
    const said = valueFor(field, next)
    if (said !== (line.view.peek().values[field] ?? '')) list.correct(line.id, { values: { [field]: said } })
  }
  // A tablet that is turned draws the row anew, one that locks may never come back: what was typed is saved first.
  const latest = useRef(save)
  latest.current = save
  useEffect(() => {
    const away = () => {
      if (document.visibilityState === 'hidden') latest.current()
    }
    document.addEventListener('visibilitychange', away)
    return () => {
      document.removeEventListener('visibilitychange', away)
      latest.current()
    }
  }, [])
  /** Back to the cell that a hand opened. */
  function close(): void {
    const part = partOf(field)
    line.open.value = undefined
    if (part) focusCell(line.id, part)
  }
  function goOn(): void {
    if (!line.kept.value.has(field)) {
      close()
      return
    }
    const next = list.next({ row: line.id, field })
    if (next) focusField(next.row, next.field)
    else announce(reviewTexts().said.last)
  }
  return {
    value,
    shown: typed.value ?? typedOf(field, value),
    type: (text: string) => {
      typed.value = text
    },
    save,
    onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Enter' && !event.isComposing) {
        event.preventDefault()
        save()
        goOn()
      }
      if (event.key === 'Escape') {
        const changed = typed.value !== undefined
        typed.value = undefined
        if (!changed && !line.kept.value.has(field)) close()
      }
    },
  }
}

/** The name says the line too: “Mobile, ligne 7”. */
interface Described extends InputProps {
  name: string
  described: string
  wrong: boolean
}

function Select(props: Described) {
  const { list, line, field, name, described, wrong } = props
  const t = reviewTexts()
  const { value, save, onKeyDown } = useEditing(props)
  const options = choicesOf(field, list.offer.value)
  const known = options.some(([code]) => code === value)
  return (
    <select
      id={fieldId(line.id, field)}
      value={known ? value : ''}
      aria-label={name}
      aria-describedby={described}
      aria-invalid={wrong ? 'true' : undefined}
      onChange={(event) => save(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    >
      {(!known || !wrong) && <option value="">{wrong ? t.choose : t.empty}</option>}
      {options.map(([code, label]) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </select>
  )
}

function Typed(props: Described & { kind: keyof typeof inputs }) {
  const { line, field, kind, name, described, wrong } = props
  const { shown, type, save, onKeyDown } = useEditing(props)
  return (
    <input
      // The kinds of input are one union to the compiler and one element here.
      {...(inputs[kind] as InputHTMLAttributes<HTMLInputElement>)}
      id={fieldId(line.id, field)}
      value={shown}
      autoComplete="off"
      autoCapitalize={kind === 'text' ? 'words' : 'none'}
      spellcheck={false}
      enterKeyHint="next"
      aria-label={name}
      aria-describedby={described}
      aria-invalid={wrong ? 'true' : undefined}
      onInput={(event) => type(event.currentTarget.value)}
      onBlur={() => save()}
      onKeyDown={onKeyDown}
    />
  )
}

/** A whole invitation may be pasted here, with all its lines. */
function Pasted(props: Described) {
  const { line, field, name, described, wrong } = props
  const { shown, type, save, onKeyDown } = useEditing(props)
  return (
    <textarea
      id={fieldId(line.id, field)}
      rows={2}
      value={shown}
      spellcheck={false}
      aria-label={name}
      aria-describedby={described}
      aria-invalid={wrong ? 'true' : undefined}
      onInput={(event) => type(event.currentTarget.value)}
      onBlur={() => save()}
      onKeyDown={onKeyDown}
    />
  )
}

/** How the last correction of the field stands. */
function Standing({ list, line, field }: InputProps) {
  const t = reviewTexts()
  const under = field in (line.change.value?.values ?? {})
  if (under)
    return (
      <p class="small muted line">
        <Icon name="hourglass" />
        {list.queue.stuck.value ? t.offline : t.saving}
      </p>
    )
  if (!line.kept.value.has(field)) return null
  return (
    <p class="small done line">
      <Icon name="circle-check" />
      {t.fieldCorrected}
    </p>
  )
}

/** A field with its label, what is wrong with it beside it, and what can be done about that with one tap. */
export function CellInput(props: InputProps) {
  const { list, line, field } = props
  const t = reviewTexts()
  const row = line.view.value
  const problems = row.problems.filter((p) => p.field === field)
  const id = fieldId(line.id, field)
  const wrong = problems.some((p) => p.severity === 'error')
  const kind = kindOf(field)
  const found = unread(field, row.values[field] ?? '') ?? (kind === 'select' ? odd(props) : undefined)
  const name = t.fields[field] + t.ofLine(String(row.line))
  const shared = { ...props, name, described: `${id}h ${id}p`, wrong }
  return (
    <div class={line.kept.value.has(field) ? 'fix' : 'field'}>
      <div class="field">
        <label for={id}>
          {t.fields[field]}
          {kind === 'birth' && <span class="hint"> {t.birthHint}</span>}
        </label>
        {kind === 'select' && <Select {...shared} />}
        {kind === 'paste' && <Pasted {...shared} />}
        {kind !== 'select' && kind !== 'paste' && <Typed {...shared} kind={kind} />}
        {found && (
          <p class="hint" id={`${id}h`}>
            {t.inFile(found)}
          </p>
        )}
      </div>
      <div id={`${id}p`} class="stack tight">
        {problems.map((problem) => (
          <Problem key={problem.code} list={list} line={line} problem={problem} />
        ))}
        {problems.length === 0 && <Standing {...props} />}
      </div>
    </div>
  )
}

/** What stands in the list where a choice belongs, and is none. */
function odd({ list, line, field }: InputProps): string | undefined {
  const value = line.view.value.values[field]
  const known = choicesOf(field, list.offer.value).some(([code]) => code === value)
  return value && !known ? value : undefined
}

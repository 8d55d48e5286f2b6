import type { ComponentChildren } from 'preact'
import { Tick } from './choice'
import { meetingTexts, settingLabel } from './meeting-texts'

export function toggled(list: readonly string[], code: string, on: boolean): string[] {
  return on ? [...list, code] : list.filter((one) => one !== code)
}

interface Props {
  /** Of a list's meetings; else the words for one meeting. */
  title?: ComponentChildren
  codes: readonly string[]
  declared: readonly string[]
  onChange: (declared: string[]) => void
}

/** The tutorial's settings of a meeting made by hand, to be declared. */
export function Checklist({ title, codes, declared, onChange }: Props) {
  const t = meetingTexts()
  if (codes.length === 0) return null
  const all = codes.every((code) => declared.includes(code))
  const others = declared.filter((code) => !codes.includes(code))
  return (
    <fieldset class="card">
      <legend>
        <strong>{title ?? t.checklist}</strong>
      </legend>
      {!title && <p class="hint">{t.checklistHint}</p>}
      {codes.map((code) => (
        <Tick
          key={code}
          name={code}
          checked={declared.includes(code)}
          onChange={(on) => onChange(toggled(declared, code, on))}
        >
          {settingLabel(code)}
        </Tick>
      ))}
      {codes.length > 2 && (
        <Tick name="all" checked={all} onChange={(on) => onChange(on ? [...others, ...codes] : others)}>
          <strong>{t.all}</strong>
        </Tick>
      )}
    </fieldset>
  )
}

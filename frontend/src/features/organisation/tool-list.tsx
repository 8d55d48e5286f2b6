import type { Tool } from '../../api/types'
import { words } from '../../i18n/words'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { FieldError } from '../../ui/field-error'
import { moved, ordered } from './draft'
import { texts } from './texts'

interface Props {
  tools: Tool[]
  secure: Tool[]
  error: string | undefined
  onChange: (change: { tools?: Tool[]; secureTools?: Tool[] }) => void
}

const toggled = (list: readonly Tool[], tool: Tool, on: boolean) =>
  on ? [...list, tool] : list.filter((t) => t !== tool)

/** Which tools, in which order, and which of them are secure for health data. */
export function ToolList({ tools, secure, error, onChange }: Props) {
  const t = texts()
  const names = words().tool
  return (
    <fieldset class="field" aria-describedby="tools-hint tools-error">
      <legend>{t.tools}</legend>
      <p id="tools-hint" class="hint">
        {t.toolsHint}
      </p>
      <ul class="tools">
        {ordered(tools).map((tool) => {
          const at = tools.indexOf(tool)
          return (
            <li key={tool}>
              <Tick name="tools" checked={at >= 0} onChange={(on) => onChange({ tools: toggled(tools, tool, on) })}>
                {names[tool]}
              </Tick>
              {at >= 0 && (
                <>
                  <Tick
                    name="secureTools"
                    checked={secure.includes(tool)}
                    onChange={(on) => onChange({ secureTools: toggled(secure, tool, on) })}
                  >
                    {t.secure} <span class="visually-hidden">: {names[tool]}</span>
                  </Tick>
                  <Button
                    kind="quiet"
                    label={t.up(names[tool])}
                    onClick={() => onChange({ tools: moved(tools, tool, -1) })}
                  >
                    ↑
                  </Button>
                  <Button
                    kind="quiet"
                    label={t.down(names[tool])}
                    onClick={() => onChange({ tools: moved(tools, tool, 1) })}
                  >
                    ↓
                  </Button>
                </>
              )}
            </li>
          )
        })}
      </ul>
      <FieldError id="tools-error" text={error} />
    </fieldset>
  )
}

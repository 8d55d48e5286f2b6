import { words } from '../../i18n/words'
import { FailureSummary } from '../../ui/failure'
import { Checklist } from '../../ui/meeting-checklist'
import { settingsTexts } from './settings-texts'
import type { BatchHead } from './types'
import type { DefaultsField } from './use-defaults'

interface Props {
  head: BatchHead
  defaults: DefaultsField
}

/** What somebody vouches for in the meetings of the list's links, once for all of them. */
export default function Declare({ head, defaults }: Props) {
  const t = settingsTexts()
  return (
    <div class="stack">
      <FailureSummary failure={defaults.failure} />
      {head.checklist.map(({ tool, codes }) => (
        <Checklist
          key={tool}
          title={t.declare(words().tool[tool])}
          codes={codes}
          declared={defaults.value.declared}
          onChange={(declared) => void defaults.set({ declared })}
        />
      ))}
    </div>
  )
}

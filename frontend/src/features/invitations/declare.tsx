import { words } from '../../i18n/words'
import { FailureSummary } from '../../ui/failure'
import { Checklist } from '../../ui/meeting-checklist'
import { settingsTexts } from './settings-texts'
import type { BatchHead } from './types'
import { useDefaults } from './use-defaults'

interface Props {
  head: BatchHead
  onChanged: (head: BatchHead) => void
}

/** What somebody vouches for in the meetings of the list's links, once for all of them. */
export default function Declare({ head, onChanged }: Props) {
  const t = settingsTexts()
  const defaults = useDefaults(head, onChanged)
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

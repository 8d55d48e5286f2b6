import type { Encounter } from '../../api/types'
import { Banner } from '../../ui/banner'

/** What is known against the addresses that the next message would go to. The task, where there is one, says it. */
export function Risks({ encounter }: { encounter: Encounter }) {
  if (encounter.contactTask) return null
  return (
    <>
      {encounter.contactWarnings?.map((risk) => (
        <Banner key={risk.channel + risk.text} tone="warn" icon="triangle-alert">
          <span lang="fr">{risk.text}</span> {risk.suggestion && <strong class="address">{risk.suggestion}</strong>}
        </Banner>
      ))}
    </>
  )
}

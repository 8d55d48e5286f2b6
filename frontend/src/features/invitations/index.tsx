import { signal } from '@preact/signals'
import { department, onLeave } from '../../api/session'
import type { Department } from '../../api/types'
import type { ScreenProps } from '../../routes'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { Lazy } from '../../ui/lazy'
import { Page } from '../../ui/page'
import '../../ui/form.css'
import { isFirst } from './first'
import './invitations.css'
import { Recent } from './recent'
import './start.css'
import { startTexts } from './start-texts'

type Way = 'tick' | 'file' | 'paste'

const way = signal<Way>('tick')
onLeave(() => {
  way.value = 'tick'
})

const icons: Record<Way, IconName> = { tick: 'list-checks', file: 'file-up', paste: 'clipboard-paste' }
const loads = {
  tick: () => import('./tick'),
  file: () => import('./file'),
  paste: () => import('./paste'),
}

/** Three large choices; what belongs to the chosen one stands below. */
function Ways() {
  const t = startTexts()
  return (
    <fieldset class="field">
      <legend class="visually-hidden">{t.way}</legend>
      <div class="ways">
        {(Object.keys(icons) as Way[]).map((one) => (
          <label key={one} class="chip">
            <input
              type="radio"
              name="way"
              checked={way.value === one}
              onChange={() => {
                way.value = one
              }}
            />
            <span>
              <Icon name={icons[one]} />
              <span>
                {t.ways[one]}
                <br />
                <small>{t.wayHints[one]}</small>
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Begin({ department: d }: { department: Department }) {
  return (
    <>
      {isFirst() && <p class="muted">{startTexts().help}</p>}
      <Ways />
      <Lazy key={way.value} load={loads[way.value]} props={{ department: d }} />
      <Recent department={d} />
    </>
  )
}

export default function Invitations(_: ScreenProps) {
  const d = department.value
  if (!d) return null
  return (
    <Page title={startTexts().title}>
      <Begin key={d.id} department={d} />
    </Page>
  )
}

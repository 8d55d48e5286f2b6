import { table } from '../../i18n/language'
import type { ScreenProps } from '../../routes'
import { Banner } from '../../ui/banner'
import { Icon } from '../../ui/icon'
import { Page } from '../../ui/page'
import fr from './help-texts.fr'
import './help.css'

const texts = table(fr, () => import('./help-texts.en'))

/** The hospital tutorial's first stage, in five steps. */
export default function Help(_: ScreenProps) {
  const t = texts()
  return (
    <Page title={t.title}>
      <Banner icon="shield-check">{t.intro}</Banner>
      <ol class="help stack">
        {Object.values(t.steps).map((step, index) => (
          <li key={step.title} class="card">
            <span class="help-number" aria-hidden="true">
              {index + 1}
            </span>
            <div>
              <h2>{step.title}</h2>
              <p>{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
      <Banner tone="warn" icon="clock">
        {t.free} {t.documents}
      </Banner>
      <a class="btn primary big" href="/account">
        <Icon name="check" />
        {t.record}
      </a>
    </Page>
  )
}

import { table } from '../../i18n/language'
import type { ScreenProps } from '../../routes'
import { Banner } from '../../ui/banner'
import { Icon } from '../../ui/icon'
import { Page } from '../../ui/page'
import fr from './help-messages-texts.fr'

const texts = table(fr, () => import('./help-messages-texts.en'))

/** The five words for how far a message has come, explained once. */
export default function HelpMessages(_: ScreenProps) {
  const t = texts()
  return (
    <Page title={t.title}>
      <p>{t.intro}</p>
      <dl class="stack">
        {Object.values(t.words).map(({ word, tone, text }) => (
          <div key={word} class="card stack tight">
            <dt>
              <span class={`badge ${tone}`}>{word}</span>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Banner icon="circle-help">{t.next}</Banner>
      <a class="btn" href="/missing">
        <Icon name="list-todo" />
        {t.list}
      </a>
    </Page>
  )
}

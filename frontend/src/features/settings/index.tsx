import { department, me } from '../../api/session'
import { isShared } from '../../api/store'
import { type LanguageCode, language, setLanguage } from '../../i18n/language'
import type { ScreenProps } from '../../routes'
import { Choices } from '../../ui/choice'
import { Icon } from '../../ui/icon'
import { Page } from '../../ui/page'
import { practitionerName } from '../../ui/row'
import { HostAccounts } from './host-accounts'
import { MyPassword } from './password'
import { SignOut } from './sign-out'
import { texts } from './texts'

export default function Account(_: ScreenProps) {
  const t = texts()
  const who = me.value
  if (!who) return null
  return (
    <Page title={t.title}>
      <section class="card stack tight">
        <h2>{practitionerName(who.staff)}</h2>
        <p class="muted">{who.staff.email}</p>
        {who.departments.map((d) => (
          <p key={d.id}>
            {d.name}, {d.hospital} <span class="muted">· {d.roles.map((r) => t.roles[r]).join(', ')}</span>
          </p>
        ))}
        {who.staff.isAdmin && <p class="muted">{t.administrator}</p>}
      </section>
      {who.permissions.includes('department.manage') && (
        <p>
          <a class="btn primary wide" href="/organisation">
            <Icon name="user-round" />
            {t.organisation}
          </a>
        </p>
      )}
      {who.permissions.includes('figures.read') && (
        <p>
          <a class="btn wide" href="/figures">
            <Icon name="list-checks" />
            {t.figures}
          </a>
        </p>
      )}
      {department.value && <HostAccounts />}
      <p>
        <a class="btn wide" href="/help/zoom">
          <Icon name="circle-help" />
          {t.help}
        </a>
      </p>
      <p>
        <a class="btn wide" href="/help/messages">
          <Icon name="mail" />
          {t.helpMessages}
        </a>
      </p>
      <section class="card stack">
        <Choices<LanguageCode>
          name="language"
          label={t.language}
          value={language.value}
          options={[
            { value: 'fr', label: <span lang="fr">Français</span> },
            { value: 'en', label: <span lang="en">English</span> },
          ]}
          onChange={setLanguage}
        />
      </section>
      <MyPassword />
      <section class="card stack">
        <h2>{t.device}</h2>
        <p class="muted">{isShared() ? t.deviceShared : t.deviceOwn}</p>
        <SignOut />
      </section>
    </Page>
  )
}

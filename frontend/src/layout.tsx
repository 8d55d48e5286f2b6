import { signal } from '@preact/signals'
import { Component, type ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { LocationProvider, useLocation } from 'preact-iso/router'
import { online } from './api/read'
import { chooseDepartment, department, me } from './api/session'
import { common } from './i18n/common'
import { type Found, find, mayOpen, type Route, routes } from './routes'
import { LiveRegion } from './ui/announce'
import { Banner } from './ui/banner'
import { Button } from './ui/button'
import { Icon } from './ui/icon'
import type { IconName } from './ui/icon-names'
import { Lazy } from './ui/lazy'
import { Page } from './ui/page'
import { applyUpdate, updateReady } from './update-state'

const wideQuery = matchMedia('(min-width: 960px)')
const wide = signal(wideQuery.matches)
wideQuery.addEventListener('change', (e) => {
  wide.value = e.matches
})

/** The list that was last looked at stays beside the encounter. */
const lastList = signal<Route['name']>('day')

function Departments() {
  const all = me.value?.departments ?? []
  const current = department.value
  if (!current) return <span class="grow" />
  if (all.length === 1) return <span class="grow muted small">{current.name}</span>
  return (
    <div class="grow">
      <label class="visually-hidden" for="department">
        {common().department}
      </label>
      <select id="department" value={current.id} onChange={(e) => chooseDepartment(e.currentTarget.value)}>
        {all.map((d) => (
          <option key={d.id} value={d.id}>
            {d.name}
          </option>
        ))}
      </select>
    </div>
  )
}

const tabs: readonly {
  name: 'day' | 'missing' | 'schedule' | 'invitations' | 'account'
  href: string
  icon: IconName
}[] = [
  { name: 'day', href: '/', icon: 'calendar-days' },
  { name: 'missing', href: '/missing', icon: 'list-todo' },
  { name: 'schedule', href: '/schedule', icon: 'calendar-plus' },
  { name: 'invitations', href: '/invitations', icon: 'send' },
  { name: 'account', href: '/account', icon: 'circle-user-round' },
]

function Tabs({ current }: { current: Route['name'] | undefined }) {
  const t = common()
  const permissions = me.value?.permissions ?? []
  const here = department.value?.permissions ?? []
  const shown = tabs.filter((tab) => {
    const route = routes.find((r) => r.name === tab.name)
    // What is written is written in the department that is looked at.
    return route && mayOpen(route, tab.name === 'schedule' || tab.name === 'invitations' ? here : permissions)
  })
  return (
    <nav class="tabs" aria-label={t.nav.label}>
      {shown.map((tab) => (
        <a key={tab.name} href={tab.href} aria-current={tab.name === current ? 'page' : undefined}>
          <Icon name={tab.icon} />
          {t.nav[tab.name]}
        </a>
      ))}
    </nav>
  )
}

/** An error in one screen leaves the frame, and a way out, standing. */
class Guard extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false }
  static override getDerivedStateFromError() {
    return { broken: true }
  }
  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Banner
        tone="bad"
        icon="circle-alert"
        urgent
        action={<Button onClick={() => location.reload()}>{common().retry}</Button>}
      >
        {common().crash}
      </Banner>
    )
  }
}

function Nowhere({ text }: { text: string }) {
  return (
    <Page title={text}>
      <p>
        <a href="/">{common().toDay}</a>
      </p>
    </Page>
  )
}

function Main({ found }: { found: Found | undefined }) {
  const t = common()
  if (!found) return <Nowhere text={t.notFound} />
  if (!mayOpen(found.route, me.value?.permissions ?? []))
    return found.route.name === 'day' ? (
      <Lazy load={accountLoad()} props={{ params: {} }} />
    ) : (
      <Nowhere text={t.notAllowed} />
    )
  if (wide.value && found.route.split === 'list') return <p class="empty">{t.pick}</p>
  return <Lazy key={found.route.name} load={found.route.load} props={{ params: found.params }} />
}

function accountLoad() {
  const account = routes.find((r) => r.name === 'account')
  if (!account) throw new Error('no account route')
  return account.load
}

function tabOf(route: Route | undefined): Route['name'] | undefined {
  if (route?.split === 'detail') return lastList.value
  return route?.name === 'list' ? 'invitations' : route?.name
}

/** A page that was gone to begins at its top; one that was come back to is where the browser puts it. */
function useNewPageAtTop(path: string): void {
  const { wasPush } = useLocation() as ReturnType<typeof useLocation> & { wasPush?: boolean }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each path
  useLayoutEffect(() => {
    if (wasPush) scrollTo(0, 0)
  }, [path])
}

function Frame() {
  const { path } = useLocation()
  const found = find(path)
  const t = common()
  useNewPageAtTop(path)
  if (found?.route.split === 'list') lastList.value = found.route.name
  const split = wide.value && found?.route.split !== undefined && mayOpen(found.route, me.value?.permissions ?? [])
  const list = split ? routes.find((r) => r.name === lastList.value) : undefined
  return (
    <>
      <a class="btn skip" href="#main">
        {t.skip}
      </a>
      <header class="bar">
        <a class="brand" href="/" aria-label={t.app}>
          <img src="/logo.svg" alt="" width="30" height="30" />
          <span class="brand-name">{t.app}</span>
        </a>
        <Departments />
        {!online.value && <Icon name="wifi-off" />}
      </header>
      <Tabs current={tabOf(found?.route)} />
      <div class={split ? 'frame split' : found?.route.wide ? 'frame wide' : 'frame'}>
        {list && (
          <aside class="list-pane" aria-label={t.nav[list.name === 'missing' ? 'missing' : 'day']}>
            <Guard key={list.name}>
              <Lazy load={list.load} props={{ params: found?.params ?? {}, pane: found?.route.split === 'detail' }} />
            </Guard>
          </aside>
        )}
        <main id="main" tabIndex={-1}>
          {updateReady.value && (
            <Banner icon="refresh-cw" action={<Button onClick={applyUpdate}>{t.update}</Button>}>
              {t.updateReady}
            </Banner>
          )}
          <Guard key={path}>
            <Main found={found} />
          </Guard>
        </main>
      </div>
      <LiveRegion />
    </>
  )
}

/** Everything a signed-in person sees. */
export function Layout() {
  return (
    <LocationProvider scope={/^\/(?!(api|p|dev|hooks)(\/|$))/}>
      <Frame />
    </LocationProvider>
  )
}

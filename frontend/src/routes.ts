/** The one table of what the address bar can say. */
import type { ComponentType } from 'preact'
import { exec } from 'preact-iso/router'

/** What a screen gets: the parts of its path, and whether it stands beside another as a list. */
export interface ScreenProps {
  params: Record<string, string>
  pane?: boolean
}

export type Screen = ComponentType<ScreenProps>
export type LoadScreen = () => Promise<{ default: Screen }>

export interface Route {
  name:
    | 'day'
    | 'missing'
    | 'schedule'
    | 'invitations'
    | 'list'
    | 'encounter'
    | 'coding'
    | 'account'
    | 'organisation'
    | 'figures'
    | 'help'
    | 'messages-help'
  path: string
  load: LoadScreen
  /** Without it, or all of them, (in any department) the screen is not shown. */
  permission?: string | readonly string[]
  /** On a wide screen: this is itself the list pane, or stands beside the last one seen. */
  split?: 'list' | 'detail'
  /** A table needs all the width there is. */
  wide?: true
}

const sending = ['message.send', 'encounter.schedule']

export const routes: readonly Route[] = [
  {
    name: 'day',
    path: '/',
    load: () => import('./features/agenda'),
    permission: 'encounter.read',
    split: 'list',
  },
  {
    name: 'missing',
    path: '/missing',
    load: () => import('./features/worklist'),
    permission: 'encounter.read',
    split: 'list',
  },
  {
    name: 'schedule',
    path: '/schedule',
    load: () => import('./features/schedule'),
    permission: 'encounter.schedule',
  },
  {
    name: 'invitations',
    path: '/invitations',
    load: () => import('./features/invitations'),
    permission: sending,
    wide: true,
  },
  {
    name: 'list',
    path: '/invitations/:id',
    load: () => import('./features/invitations/review'),
    permission: sending,
    wide: true,
  },
  {
    name: 'encounter',
    path: '/encounters/:id',
    load: () => import('./features/encounter'),
    permission: 'encounter.read',
    split: 'detail',
  },
  { name: 'coding', path: '/coding', load: () => import('./features/coding'), permission: 'act.code', wide: true },
  { name: 'account', path: '/account', load: () => import('./features/settings') },
  {
    name: 'organisation',
    path: '/organisation',
    load: () => import('./features/organisation'),
    permission: 'department.manage',
  },
  {
    name: 'figures',
    path: '/figures',
    load: () => import('./features/figures'),
    permission: 'figures.read',
    wide: true,
  },
  { name: 'help', path: '/help/zoom', load: () => import('./features/settings/help') },
  { name: 'messages-help', path: '/help/messages', load: () => import('./features/settings/help-messages') },
]

export interface Found {
  route: Route
  params: Record<string, string>
}

export function find(path: string): Found | undefined {
  for (const route of routes) {
    const match = exec(path, route.path)
    if (match) return { route, params: match.params }
  }
  return undefined
}

/** Whether somebody with these permissions may see the screen; the server judges every request anyway. */
export function mayOpen(route: Route, permissions: readonly string[]): boolean {
  return [route.permission ?? []].flat().every((one) => permissions.includes(one))
}

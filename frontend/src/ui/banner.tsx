import type { ComponentChildren } from 'preact'
import { Icon } from './icon'
import type { IconName } from './icon-names'

interface Props {
  tone?: 'plain' | 'ok' | 'warn' | 'bad'
  icon?: IconName
  /** Said at once by a screen reader; otherwise politely. */
  urgent?: boolean
  class?: string
  children: ComponentChildren
  action?: ComponentChildren
}

export function Banner({ tone = 'plain', icon, urgent, class: extra = '', children, action }: Props) {
  return (
    <div class={`banner ${tone} ${extra}`} role={urgent ? 'alert' : 'status'}>
      {icon && <Icon name={icon} />}
      <div>{children}</div>
      {action}
    </div>
  )
}

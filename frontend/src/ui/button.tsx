import type { ComponentChildren } from 'preact'
import { Icon } from './icon'
import type { IconName } from './icon-names'

interface Props {
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger'
  icon?: IconName | undefined
  /** Under way: stays focusable, but a second press does nothing. */
  busy?: boolean
  big?: boolean
  wide?: boolean
  submit?: boolean
  label?: string
  onClick?: (event: MouseEvent) => void
  children?: ComponentChildren
}

export function Button({ kind = 'secondary', icon, busy, big, wide, submit, label, onClick, children }: Props) {
  const classes = ['btn', kind, big && 'big', wide && 'wide', children === undefined && 'square']
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={classes.filter(Boolean).join(' ')}
      aria-disabled={busy ? 'true' : undefined}
      aria-label={label}
      title={label}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

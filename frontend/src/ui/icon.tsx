import type { IconName } from './icon-names'
import sprite from './icons.svg?url'

/** Drawn only: what it means is always said in words beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true" focusable="false">
      <use href={`${sprite}#${name}`} />
    </svg>
  )
}

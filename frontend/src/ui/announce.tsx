import { signal } from '@preact/signals'

const said = signal('')

/** Says something to a screen reader without moving the focus. */
export function announce(text: string): void {
  said.value = ''
  setTimeout(() => {
    said.value = text
  }, 50)
}

export function LiveRegion() {
  return (
    <div class="visually-hidden" aria-live="polite">
      {said.value}
    </div>
  )
}

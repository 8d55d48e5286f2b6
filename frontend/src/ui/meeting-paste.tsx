import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { Button } from './button'
import { meetingTexts } from './meeting-texts'

interface Props {
  onText: (text: string) => void
  children: ComponentChildren
}

/** What was copied elsewhere comes with one tap, where the browser allows it. */
export function PasteButton({ onText, children }: Props) {
  const denied = useSignal(false)
  async function paste(): Promise<void> {
    try {
      denied.value = false
      onText(await navigator.clipboard.readText())
    } catch {
      denied.value = true
    }
  }
  return (
    <>
      <Button icon="clipboard-paste" wide onClick={() => void paste()}>
        {children}
      </Button>
      {denied.value && <p class="hint">{meetingTexts().pasteDenied}</p>}
    </>
  )
}

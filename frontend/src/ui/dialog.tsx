import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { common } from '../i18n/common'
import { Button } from './button'
import './form.css'

interface Props {
  title: string
  onClose: () => void
  children: ComponentChildren
}

/** The browser's own modal: focus stays inside, Escape closes, focus goes back where it was. Mounted = open. */
export function Dialog({ title, onClose, children }: Props) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  // A layout effect, because the browser gives the focus back only while the dialog is still in the page.
  useLayoutEffect(() => {
    const dialog = box.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={box} aria-labelledby={id} onCancel={onClose}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="x" label={common().close} onClick={onClose} />
      </div>
      {children}
    </dialog>
  )
}

import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { Department } from '../../api/types'
import { Button } from '../../ui/button'
import { Lazy } from '../../ui/lazy'
import { declareId, settingsId } from './focus'
import { settingsTexts } from './settings-texts'
import type { BatchHead } from './types'
import { useDefaults } from './use-defaults'
import type { ListReading } from './use-list'

const loadSettings = () => import('./settings')
const loadDeclare = () => import('./declare')
const loadLinks = () => import('./links')

interface Props {
  reading: ListReading
  head: BatchHead
  department: Department
}

/** What the whole list has in common, folded away until it is needed. */
export default function Setup({ reading, head, department: d }: Props) {
  const t = settingsTexts()
  const open = useSignal(false)
  const pasting = useSignal(false)
  const { list } = reading
  const unused = head.columns.filter((c) => !c.field).length
  const toDeclare = head.checklist.some(({ codes }) => codes.some((code) => !head.defaults.declared.includes(code)))
  const close = () => {
    pasting.value = false
  }
  // Once it was asked for it stays, so that the rows do not jump with the last tick.
  const declaring = useRef(false)
  declaring.current ||= toDeclare && head.state === 'draft'
  function reread(): void {
    list.reorder()
    void reading.reload()
  }
  function changed(next: BatchHead): void {
    list.takeHead(next)
    reread()
  }
  const defaults = useDefaults(head, changed)
  return (
    <>
      <details
        id={settingsId}
        class="card"
        onToggle={(event) => {
          open.value = event.currentTarget.open
        }}
      >
        <summary>
          <span class="line">
            {t.title}
            {unused > 0 && <span class="badge">{t.unused(unused)}</span>}
          </span>
        </summary>
        {open.value && <Lazy load={loadSettings} props={{ head, department: d, defaults, onChanged: changed }} />}
        {open.value && !declaring.current && <Lazy load={loadDeclare} props={{ head, defaults }} />}
      </details>
      <Button
        icon="clipboard-paste"
        onClick={() => {
          pasting.value = true
        }}
      >
        {t.links}
      </Button>
      {declaring.current && head.checklist.length > 0 && (
        <div id={declareId} class="declare">
          <Lazy load={loadDeclare} props={{ head, defaults }} />
        </div>
      )}
      {pasting.value && (
        <Lazy load={loadLinks} props={{ id: head.id, zone: d.timezone, onAttached: reread, onClose: close }} />
      )}
    </>
  )
}

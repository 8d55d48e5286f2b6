import { useSignal } from '@preact/signals'
import { asFailure, type Failure } from '../../api/error'
import { forgetAll, signOut, staffId } from '../../api/session'
import { hasDrafts } from '../../api/store'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { texts } from './texts'

/** Warns when something typed would be lost, and leaves the device clean even without network. */
export function SignOut() {
  const t = texts()
  const busy = useSignal(false)
  const warning = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)

  async function leave(): Promise<void> {
    warning.value = false
    busy.value = true
    failure.value = undefined
    try {
      await signOut()
    } catch (thrown) {
      failure.value = asFailure(thrown)
    } finally {
      busy.value = false
    }
  }

  async function ask(): Promise<void> {
    if (await hasDrafts(staffId() ?? '')) warning.value = true
    else await leave()
  }

  return (
    <>
      {failure.value && (
        <Banner
          tone="bad"
          icon="wifi-off"
          urgent
          action={
            <Button kind="danger" onClick={() => void forgetAll()}>
              {t.signOutAnyway}
            </Button>
          }
        >
          {t.signOutFailed}
        </Banner>
      )}
      <Button kind="danger" icon="log-out" wide busy={busy.value} onClick={() => void ask()}>
        {t.signOut}
      </Button>
      {warning.value && (
        <Dialog
          title={t.draft}
          onClose={() => {
            warning.value = false
          }}
        >
          <div class="stack">
            <p>{t.draftWhy}</p>
            <Button kind="danger" wide onClick={() => void leave()}>
              {t.draftGo}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

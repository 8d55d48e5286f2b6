import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { common } from '../i18n/common'
import { Banner } from './banner'
import { Button } from './button'

type Load<P> = () => Promise<{ default: ComponentType<P> }>

const loaded = new Map<unknown, unknown>()

/** Fetches the code of a part before it is asked for. */
export function preload<P>(load: Load<P>): void {
  if (loaded.has(load)) return
  load().then(
    (m) => loaded.set(load, m.default),
    () => undefined,
  )
}

/** A part whose code comes when it is first shown; a try that failed can be repeated. */
export function Lazy<P extends object>({ load, props }: { load: Load<P>; props: P }) {
  const failed = useSignal(false)
  const arrived = useSignal(0)
  const attempt = () => {
    failed.value = false
    load().then(
      (m) => {
        loaded.set(load, m.default)
        arrived.value++
      },
      () => {
        failed.value = true
      },
    )
  }
  const Ready = arrived.value >= 0 ? (loaded.get(load) as ComponentType<P> | undefined) : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: one try for one part; more only when asked
  useEffect(() => {
    if (!loaded.has(load)) attempt()
    else if (!Ready) arrived.value++ // a preload brought it between the drawing and this effect
  }, [load])
  if (Ready) return <Ready {...props} />
  if (!failed.value) return <p class="muted">{common().loading}</p>
  return (
    <Banner tone="warn" icon="wifi-off" action={<Button onClick={attempt}>{common().retry}</Button>}>
      {common().failure.network}
    </Banner>
  )
}

/** The service worker: registered after the page has loaded, replaced only when the person says so. */
import { offer } from './update-state'

function ready(worker: ServiceWorker | null): void {
  if (worker && navigator.serviceWorker.controller) offer(worker)
}

/** An application that stays open all day still hears of a new version. */
const hour = 3_600_000

function watch(registration: ServiceWorkerRegistration): void {
  // The page was on its way while the worker took over all others: it asks to be looked after too.
  if (!navigator.serviceWorker.controller) registration.active?.postMessage('claim')
  setInterval(() => void registration.update().catch(() => undefined), hour)
  ready(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed') ready(coming)
    })
  })
}

/** Called after the page has loaded. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  // The first worker takes over a page without one; only a replaced worker means new code.
  let replaced = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (replaced) location.reload()
    replaced = true
  })
  const register = () => void navigator.serviceWorker.register('/sw.js').then(watch, () => undefined)
  if (document.readyState === 'complete') register()
  else addEventListener('load', register)
}

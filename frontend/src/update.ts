/** The service worker: registered after the page has loaded, replaced only when the person says so. */
import { signal } from '@preact/signals'

export const updateReady = signal(false)
let waiting: ServiceWorker | null = null

function ready(worker: ServiceWorker | null): void {
  if (!worker || !navigator.serviceWorker.controller) return
  waiting = worker
  updateReady.value = true
}

function watch(registration: ServiceWorkerRegistration): void {
  ready(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed') ready(coming)
    })
  })
}

export function applyUpdate(): void {
  waiting?.postMessage('activate')
}

export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  addEventListener('load', () => {
    // The first worker takes over a page without one; only a replaced worker means new code.
    let replaced = navigator.serviceWorker.controller !== null
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (replaced) location.reload()
      replaced = true
    })
    navigator.serviceWorker.register('/sw.js').then(watch, () => undefined)
  })
}

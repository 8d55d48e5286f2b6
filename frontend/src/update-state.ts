import { signal } from '@preact/signals'

export const updateReady = signal(false)
let waiting: ServiceWorker | undefined

/** A newer version is there and waits for the person's word. */
export function offer(worker: ServiceWorker): void {
  waiting = worker
  updateReady.value = true
}

export function applyUpdate(): void {
  waiting?.postMessage('activate')
}

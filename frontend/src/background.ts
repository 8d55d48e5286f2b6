/** What runs beside the screens: live events, the device's clean-up, the service worker. */
import { listen } from './api/live'
import { sweep } from './api/store'
import { registerWorker } from './update'

const tenMinutes = 600_000

export function begin(): void {
  listen()
  registerWorker()
  setInterval(() => void sweep(), tenMinutes)
}

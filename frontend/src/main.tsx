import { render } from 'preact'
import { listen } from './api/live'
import { me, phase, start } from './api/session'
import { sweep } from './api/store'
import { Layout } from './layout'
import { find } from './routes'
import { Lazy, preload } from './ui/lazy'
import { registerWorker } from './update'

const loadLogin = () => import('./features/login')

/** The frame stays mounted under an expired session, so that nothing typed is lost when the same person comes back. */
function App() {
  const id = me.value?.staff.id
  return (
    <>
      {id && phase.value !== 'out' && <Layout key={id} />}
      {(phase.value === 'out' || phase.value === 'expired') && <Lazy load={loadLogin} props={{}} />}
    </>
  )
}

const tenMinutes = 600_000

function boot(): void {
  const root = document.getElementById('app')
  if (!root) return
  registerWorker()
  // The code of the first screen comes beside the first answers, not after them.
  const first = find(location.pathname)
  if (first) preload(first.route.load)
  const stop = phase.subscribe((now) => {
    if (now === 'starting') return
    root.textContent = ''
    render(<App />, root)
    queueMicrotask(() => stop())
  })
  void start()
  listen()
  setInterval(() => void sweep(), tenMinutes)
}

boot()

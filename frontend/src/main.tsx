import { render } from 'preact'
import { me, phase, start, wasSignedIn } from './api/session'
import { Layout } from './layout'
import { find } from './routes'
import { Lazy, preload } from './ui/lazy'

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

function boot(): void {
  const root = document.getElementById('app')
  if (!root) return
  // The code of the first screen comes beside the first answers, not after them.
  if (wasSignedIn()) {
    const first = find(location.pathname)
    if (first) preload(first.route.load)
  } else preload(loadLogin)
  const stop = phase.subscribe((now) => {
    if (now === 'starting') return
    root.textContent = ''
    render(<App />, root)
    queueMicrotask(() => stop())
    // What keeps the first screen fresh comes after it.
    void import('./background').then((m) => m.begin())
  })
  void start()
}

boot()

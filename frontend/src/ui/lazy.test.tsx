import { render } from 'preact'
import { expect, test, vi } from 'vitest'
import { Lazy, preload } from './lazy'

/** Without act(): effects run after the drawing, as in a browser, and what matters happens in between. */
function draw(load: () => Promise<{ default: () => string }>) {
  const root = document.createElement('div')
  render(<Lazy load={load} props={{}} />, root)
  return root
}

test('a part that a preload brings just after the first drawing is shown', async () => {
  const load = vi.fn(async () => ({ default: () => 'there' }))
  preload(load)
  const root = draw(load)
  expect(root.textContent).toBe('Chargement…')
  await vi.waitFor(() => expect(root.textContent).toBe('there'))
  expect(load).toHaveBeenCalledTimes(1)
})

test('a part that nobody preloaded is fetched when it is shown', async () => {
  const root = draw(async () => ({ default: () => 'fetched' }))
  await vi.waitFor(() => expect(root.textContent).toBe('fetched'))
})

test('a try that failed can be repeated', async () => {
  let broken = true
  const root = draw(async () => {
    if (broken) throw new Error('no network')
    return { default: () => 'at last' }
  })
  await vi.waitFor(() => expect(root.querySelector('button')).not.toBeNull())
  broken = false
  root.querySelector('button')?.click()
  await vi.waitFor(() => expect(root.textContent).toBe('at last'))
})

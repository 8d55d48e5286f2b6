import { act, render, screen, waitFor } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answers, json, me as somebody } from '../test-data'
import { onChanged } from './live'
import { online, refreshTopics, useRead, written } from './read'
import { forgetAll, me, phase } from './session'
import { keep, kept } from './store'

let path = ''
let number = 0

beforeEach(async () => {
  await forgetAll()
  me.value = somebody
  phase.value = 'in'
  path = `/thing/${++number}`
})
afterEach(() => vi.useRealTimers())

function serve(...responses: (Response | Error)[]) {
  const server = answers(...responses)
  vi.stubGlobal('fetch', server.fetch)
  return server.asked
}

function Thing({ topics = [] }: { topics?: string[] }) {
  const reading = useRead<{ word: string }>(path, { topics })
  return (
    <p>
      {reading.data?.word ?? 'nothing'} {reading.failure ? 'failed' : ''} {reading.seenAt ? 'seen' : ''}
    </p>
  )
}

describe('useRead', () => {
  it('shows the server’s answer and keeps it on the device', async () => {
    serve(json({ word: 'fresh' }))
    render(<Thing />)
    await screen.findByText(/fresh/)
    await waitFor(async () => expect((await kept('reads', path, 's1'))?.body).toEqual({ word: 'fresh' }))
  })

  it('shows what the device has seen first, then the server’s', async () => {
    await keep('reads', { key: path, staffId: 's1', at: Date.now(), body: { word: 'old' } })
    let answer: (r: Response) => void = () => {}
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)))
    render(<Thing />)
    await screen.findByText(/old/)
    answer(json({ word: 'new' }))
    await screen.findByText(/new/)
  })

  it('keeps showing what was seen when the network is away, and says so', async () => {
    await keep('reads', { key: path, staffId: 's1', at: Date.now(), body: { word: 'old' } })
    serve(new TypeError('offline'))
    render(<Thing />)
    await screen.findByText(/old failed seen/)
    expect(online.value).toBe(false)
  })

  it('is one request for two that look at the same', async () => {
    const asked = serve(json({ word: 'one' }), json({ word: 'two' }))
    render(
      <>
        <Thing />
        <Thing />
      </>,
    )
    // The second asker came while the first request ran: one more, so that nothing newer is missed.
    await waitFor(() => expect(screen.getAllByText(/two/)).toHaveLength(2))
    expect(asked).toHaveLength(2)
  })

  it('does not let an older answer undo a command’s', async () => {
    let answer: (r: Response) => void = () => {}
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)))
    render(<Thing />)
    await waitFor(() => expect(answer).toBeTypeOf('function'))
    await act(() => written(path, { data: { word: 'commanded' }, etag: undefined }))
    await act(async () => answer(json({ word: 'older' })))
    await new Promise((r) => setTimeout(r, 20))
    expect(screen.getByText(/commanded/)).toBeTruthy()
  })
})

describe('live changes', () => {
  it('ask again for what is on screen about them, and only that', async () => {
    const asked = serve(json({ word: 'before' }), json({ word: 'after' }))
    render(<Thing topics={['department:d1']} />)
    await screen.findByText(/before/)
    await act(() => refreshTopics(['department:d2']))
    expect(asked).toHaveLength(1)
    await act(() => onChanged({ data: '{"encounterId":"e1","departmentId":"d1","kind":"arrived"}' }))
    await screen.findByText(/after/)
    expect(asked).toHaveLength(2)
  })

  it('ask for nothing that is no longer on screen', async () => {
    const asked = serve(json({ word: 'once' }))
    const { unmount } = render(<Thing topics={['department:d1']} />)
    await screen.findByText(/once/)
    unmount()
    // Effects are cleaned up after the next paint.
    await new Promise((r) => setTimeout(r, 80))
    await act(() => refreshTopics())
    expect(asked).toHaveLength(1)
  })
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, NetworkError } from '../../api/error'
import { refusalOf, upload, uploadPath, waysOf } from './drop-upload'

describe('the ways of a document', () => {
  it('never has the password go the way of the link', () => {
    expect(waysOf(['email', 'sms'])).toEqual(['email,sms', 'sms,email', 'email,telephone', 'sms,telephone'])
    expect(waysOf(['sms'])).toEqual(['sms,telephone'])
    expect(waysOf([])).toEqual([])
  })
  it('names them in the address, and nothing of the patient', () => {
    expect(uploadPath('1', 'sms,email')).toBe('/encounters/1/drops?link=sms')
    expect(uploadPath('1', 'email,telephone')).toBe('/encounters/1/drops?link=email&password=telephone')
  })
  it('refuses what is empty or too large before it is sent', () => {
    expect(refusalOf({ size: 0 }, { maxMegabytes: 20 })).toBe('empty')
    expect(refusalOf({ size: 20 * 1024 * 1024 }, { maxMegabytes: 20 })).toBeUndefined()
    expect(refusalOf({ size: 20 * 1024 * 1024 + 1 }, { maxMegabytes: 20 })).toBe('large')
  })
})

/** A request whose end the test decides. */
class Request {
  static last: Request
  upload: { onprogress?: (e: object) => void } = {}
  onload?: () => void
  onerror?: () => void
  onabort?: () => void
  status = 0
  statusText = ''
  responseText = ''
  headers: Record<string, string> = {}
  constructor() {
    Request.last = this
  }
  open = vi.fn()
  send = vi.fn()
  setRequestHeader = (name: string, value: string) => {
    this.headers[name] = value
  }
  abort = () => this.onabort?.()
  end(status: number, body: string) {
    this.status = status
    this.responseText = body
    this.onload?.()
  }
}

describe('the upload', () => {
  afterEach(() => vi.unstubAllGlobals())
  const begin = (signal = new AbortController().signal) => {
    vi.stubGlobal('XMLHttpRequest', Request)
    const seen: number[] = []
    const file = new Blob(['%PDF'])
    const answer = upload('/encounters/1/drops', file, (p) => seen.push(p), signal)
    return { seen, answer, file, x: Request.last }
  }
  it('sends the file as it is and says how far it is', async () => {
    const { seen, answer, file, x } = begin()
    expect(x.open).toHaveBeenCalledWith('POST', '/api/v1/encounters/1/drops')
    expect(x.headers).toMatchObject({
      'X-Requested-With': 'teleconsult',
      'Content-Type': 'application/octet-stream',
    })
    expect(x.send).toHaveBeenCalledWith(file)
    x.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 })
    x.upload.onprogress?.({ lengthComputable: false, loaded: 3, total: 0 })
    x.end(201, '{"id":"7"}')
    expect(await answer).toEqual({ id: '7' })
    expect(seen).toEqual([0.25])
  })
  it('passes on why it was refused', async () => {
    const { answer, x } = begin()
    x.end(422, '{"code":"file_broken","detail":"Ce fichier est abîmé."}')
    await expect(answer).rejects.toMatchObject({ status: 422, code: 'file_broken', detail: 'Ce fichier est abîmé.' })
    const other = begin()
    other.x.end(502, '<html>')
    await expect(other.answer).rejects.toBeInstanceOf(ApiError)
  })
  it('tells a dead line, and can be stopped', async () => {
    const { answer, x } = begin()
    x.onerror?.()
    await expect(answer).rejects.toBeInstanceOf(NetworkError)
    const controller = new AbortController()
    const other = begin(controller.signal)
    controller.abort()
    await expect(other.answer).rejects.toBeInstanceOf(NetworkError)
  })
})

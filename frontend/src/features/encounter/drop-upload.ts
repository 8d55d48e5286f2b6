/** A document on its way: the one request that says how far it is, which fetch cannot. */
import { request, root } from '../../api/client'
import { ApiError, NetworkError } from '../../api/error'
import type { Channel, Drops, NewDrop, Problem } from '../../api/types'

export type Way = 'email,sms' | 'sms,email' | 'email,telephone' | 'sms,telephone'

/** The pairs of ways that there are: the password never goes by the way of the link. */
export function waysOf(channels: readonly Channel[]): Way[] {
  const ways: Way[] = []
  for (const link of channels) for (const other of channels) if (link !== other) ways.push(`${link},${other}` as Way)
  return [...ways, ...channels.map((link): Way => `${link},telephone`)]
}

export function uploadPath(encounterId: string, way: Way): string {
  const [link, password] = way.split(',')
  return `/encounters/${encounterId}/drops?link=${link}${password === 'telephone' ? '&password=telephone' : ''}`
}

/** What need not be sent to be refused: the content is looked at by the server. */
export function refusalOf(file: { size: number }, { maxMegabytes }: Pick<Drops, 'maxMegabytes'>) {
  if (file.size === 0) return 'empty'
  return file.size > maxMegabytes * 1024 * 1024 ? 'large' : undefined
}

function problemOf(x: XMLHttpRequest): Problem {
  const fallback: Problem = { type: 'about:blank', title: x.statusText, status: x.status, code: 'unexpected' }
  try {
    return { ...fallback, ...(JSON.parse(x.responseText) as Partial<Problem>) }
  } catch {
    return fallback
  }
}

/** Sends a file; progress is from 0 to 1. Throws ApiError or NetworkError, as request does. */
export function upload(
  path: string,
  file: Blob,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<NewDrop> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest()
    x.open('POST', root + path)
    x.setRequestHeader('Accept', 'application/json')
    x.setRequestHeader('X-Requested-With', 'teleconsult')
    x.setRequestHeader('Content-Type', 'application/octet-stream')
    x.upload.onprogress = (e) => {
      if (e.lengthComputable) progress(e.loaded / e.total)
    }
    x.onerror = x.onabort = () => reject(new NetworkError())
    x.onload = () => {
      if (x.status === 201) return resolve(JSON.parse(x.responseText) as NewDrop)
      // Somebody who is signed out is told so by the usual way.
      if (x.status === 401) request('GET', '/session').catch(() => undefined)
      reject(new ApiError(problemOf(x)))
    }
    signal.addEventListener('abort', () => x.abort())
    x.send(file)
  })
}

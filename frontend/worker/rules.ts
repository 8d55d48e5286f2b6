/** What the service worker does with a request; apart, so that it can be tested. */

const prefix = 'teleconsult-'

/** Paths that belong to the server alone. */
const foreign = /^\/(api|p|dev|hooks|healthz|readyz|metrics)(\/|$)/

/** One cache per set of contents. */
export function cacheName(files: readonly (readonly [string, string])[]): string {
  let sum = 0
  for (const [url, hash] of files) for (const c of url + hash) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) | 0
  return prefix + (sum >>> 0).toString(36)
}

export function stale(key: string, current: string): boolean {
  return key.startsWith(prefix) && key !== current
}

export function kind(
  method: string,
  mode: string,
  sameOrigin: boolean,
  path: string,
  known: { has(path: string): boolean },
): 'shell' | 'file' | 'network' {
  if (method !== 'GET' || !sameOrigin || foreign.test(path)) return 'network'
  if (known.has(path)) return 'file'
  return mode === 'navigate' ? 'shell' : 'network'
}

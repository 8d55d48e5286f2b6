/// <reference lib="webworker" />
/**
 * The service worker: the application's own files by content, and the shell for every navigation inside it.
 * Never the API, never a patient page: what it does not know goes to the network untouched.
 */
import { cacheName, kind, stale } from './rules'

declare const self: ServiceWorkerGlobalScope
/** Written in at build: address and content hash of every file of the application. */
declare const __FILES__: [string, string][]

const files = __FILES__
const name = cacheName(files)
const shell = '/index.html'

async function install(): Promise<void> {
  const cache = await caches.open(name)
  await Promise.all(
    files.map(async ([url, hash]) => {
      // A file with the same content in an older cache is not fetched again.
      const old = await caches.match(`${url}?${hash}`)
      const response = old ?? (await fetch(url === shell ? '/' : url, { cache: 'no-cache' }))
      if (!response.ok) throw new Error(`${response.status}`)
      await cache.put(`${url}?${hash}`, response)
    }),
  )
}

async function activate(): Promise<void> {
  for (const key of await caches.keys()) if (stale(key, name)) await caches.delete(key)
  await self.clients.claim()
}

const hashes = new Map(files)

async function answer(request: Request, url: string): Promise<Response> {
  const cache = await caches.open(name)
  return (await cache.match(`${url}?${hashes.get(url)}`)) ?? fetch(request)
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting()
  if (event.data === 'claim') event.waitUntil(self.clients.claim())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  const what = kind(request.method, request.mode, url.origin === self.location.origin, url.pathname, hashes)
  if (what === 'shell') event.respondWith(answer(request, shell))
  else if (what === 'file') event.respondWith(answer(request, url.pathname))
})

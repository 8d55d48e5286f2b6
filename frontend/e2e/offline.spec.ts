import { expect, type Page, test } from '@playwright/test'
import { demo, open, phone, signIn } from './people'

/** Waits until the worker has the whole application and looks after this page. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
  })
}

/** Everything that IndexedDB holds, as text. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const request = indexedDB.open('teleconsult')
        request.onerror = () => reject(request.error)
        request.onsuccess = () => {
          const db = request.result
          const names = [...db.objectStoreNames]
          if (names.length === 0) return resolve('')
          const tx = db.transaction(names)
          const parts: string[] = []
          for (const name of names) {
            const all = tx.objectStore(name).getAll()
            all.onsuccess = () => parts.push(JSON.stringify(all.result))
          }
          tx.oncomplete = () => {
            db.close()
            resolve(parts.join())
          }
        }
      }),
  )
}

test('the shell and the last seen day open without network, and say so', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone)
  const { day } = await demo(page, 'Renard')
  await page.goto(day)
  await expect(page.locator('a.row', { hasText: 'RENARD' })).toBeVisible()
  await page.locator('a.row', { hasText: 'RENARD' }).click()
  await expect(page.getByRole('heading', { name: 'Les dix étapes' })).toBeVisible()
  await installed(page)

  await context.setOffline(true)
  await page.goto(day)
  await expect(page.locator('a.row', { hasText: 'RENARD' })).toBeVisible()
  await expect(page.getByText(/Hors connexion, vu à \d\d:\d\d/)).toBeVisible()
  await page.locator('a.row', { hasText: 'RENARD' }).click()
  await expect(page.getByRole('heading', { name: 'Les dix étapes' })).toBeVisible()

  await context.setOffline(false)
  // The browser says that the network is back, and the page asks again by itself.
  await expect(page.getByText(/Hors connexion/)).toBeHidden()
  await context.close()
})

test('the worker leaves patient pages and the API alone', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone)
  await installed(page)
  const cached = await page.evaluate(async () => {
    const urls: string[] = []
    for (const key of await caches.keys())
      for (const request of await (await caches.open(key)).keys()) urls.push(new URL(request.url).pathname)
    return urls
  })
  expect(cached).toContain('/index.html')
  expect(cached.filter((path) => /^\/(api|p|dev|hooks)/.test(path))).toEqual([])
  await context.setOffline(true)
  await expect(page.goto('/p/0000000000000000')).rejects.toThrow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  await context.close()
})

test('what was read is gone after signing out', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone)
  const { day } = await demo(page, 'Renard')
  await page.goto(day)
  await expect(page.locator('a.row', { hasText: 'RENARD' })).toBeVisible()
  await expect.poll(() => stored(page)).toContain('Renard')
  await page.getByRole('link', { name: 'Mon compte' }).click()
  await page.getByRole('button', { name: 'Se déconnecter' }).click()
  await expect(page.getByLabel('Mot de passe')).toBeVisible()
  expect(await stored(page)).not.toContain('Renard')
  expect(await stored(page)).not.toContain('medecin@')
  await context.close()
})

test('a shared device keeps nothing', async ({ browser }) => {
  const context = await browser.newContext({ viewport: phone })
  const page = await context.newPage()
  await page.goto('/')
  await signIn(page, 'medecin', { shared: true })
  await page.goto((await demo(page, 'Renard')).day)
  await expect(page.locator('a.row', { hasText: 'RENARD' })).toBeVisible()
  await page.locator('a.row', { hasText: 'RENARD' }).click()
  await expect(page.getByRole('heading', { name: 'Les dix étapes' })).toBeVisible()
  expect(await stored(page)).not.toContain('Renard')
  await context.close()
})

test('it can be installed', async ({ page, request }) => {
  await page.goto('/')
  const href = await page.locator('link[rel=manifest]').getAttribute('href')
  const manifest = await (await request.get(href ?? '')).json()
  expect(manifest.name).toBe('Téléconsult')
  for (const icon of manifest.icons as { src: string; type: string }[]) {
    const answer = await request.get(icon.src)
    expect(answer.headers()['content-type']).toBe(icon.type)
  }
  const purposes = (manifest.icons as { purpose: string }[]).map((icon) => icon.purpose)
  expect(purposes).toContain('maskable')
})

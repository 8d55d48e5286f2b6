import { expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { demo, open, phone, tablet } from './people'

/** Goes on within the application, as a link does, so that no page leaves its live connection behind. */
async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((href) => {
    const link = document.createElement('a')
    link.href = href
    document.body.append(link)
    link.click()
    link.remove()
  }, path)
}

/** Every message of a consultation with its story. */
async function openMessages(page: Page): Promise<void> {
  const section = page.locator('details.card', { hasText: 'Messages au patient' })
  if ((await section.getAttribute('open')) === null) await section.locator('summary').first().click()
  await expect(section.getByText('Chargement…')).toHaveCount(0)
  for (const folded of ['details.more', 'details.message'])
    for (const summary of await section.locator(`${folded} > summary`).all()) await summary.click()
}

for (const { name, viewport, scheme } of [
  { name: 'phone', viewport: phone, scheme: 'light' },
  { name: 'tablet in the dark', viewport: tablet, scheme: 'dark' },
] as const) {
  test(`every screen is accessible on a ${name}`, async ({ browser }) => {
    const complaints: string[] = []
    const context = await browser.newContext({ viewport, colorScheme: scheme })
    const start = await context.newPage()
    await start.goto('/')
    await expect(start.getByLabel('Mot de passe')).toBeVisible()
    await check(start)
    await context.close()

    const { page } = await open(browser, 'medecin', viewport)
    await page.emulateMedia({ colorScheme: scheme })
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))

    await follow(page, (await demo(page, 'Renard')).day)
    await page.getByLabel('Tout le service').check()
    await expect(page.locator('a.row').first()).toBeVisible()
    await check(page)

    for (const path of ['/missing', '/coding', '/schedule', '/account', '/help/zoom', '/help/messages', '/nowhere']) {
      await follow(page, path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByText('Chargement…')).toHaveCount(0)
      await check(page)
    }
    await follow(page, '/schedule')
    await page.getByRole('button', { name: 'Nouveau patient' }).click()
    await page.getByLabel('Date de naissance').fill('01/02/2015')
    await page.getByRole('button', { name: 'Prévoir et informer' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await check(page)

    // One consultation of each kind: to prepare, refused, by telephone, running, to finish up.
    for (const name of ['Marchand', 'Henry', 'Blanc', 'Chevalier', 'Faure']) {
      const { path } = await demo(page, name)
      await follow(page, path)
      await expect(page.getByRole('heading', { level: 1, name: new RegExp(name, 'i') })).toBeVisible()
      for (const summary of await page.locator('.chain > li > details > summary').all()) {
        const closed = await summary.evaluate((e) => !(e.parentElement as HTMLDetailsElement).open)
        if (closed) await summary.click()
      }
      await expect(page.locator('.chain > li > details:not([open])')).toHaveCount(0)
      await openMessages(page)
      await check(page)
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })
}

for (const { viewport, scheme } of [
  { viewport: phone, scheme: 'light' },
  { viewport: tablet, scheme: 'dark' },
] as const) {
  test(`what a manager decides is accessible at ${viewport.width} pixels`, async ({ browser }) => {
    const { page, context } = await open(browser, 'cadre', viewport, '/organisation')
    await page.emulateMedia({ colorScheme: scheme })
    await expect(page.getByText('medecin@demo.test')).toBeVisible()
    await check(page)
    await page.getByRole('button', { name: 'Modifier Dr Claire Martin' }).click()
    await page.getByText('Retirer du service').first().click()
    await check(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Ajouter une personne' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Ajouter une personne' }).click()
    await expect(page.getByRole('alert')).toBeVisible()
    await check(page)
    await page.keyboard.press('Escape')
    await page.getByLabel('Réglages').check()
    await expect(page.getByLabel('Nom du service')).toBeVisible()
    await check(page)
    await page.getByLabel('Envois').check()
    await expect(page.getByLabel('7 jours avant')).toBeVisible()
    await page.getByLabel('SMS par minute au plus').fill('beaucoup')
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    await expect(page.getByRole('alert')).toContainText('Indiquez un nombre')
    await check(page)
    await page.getByLabel('Textes', { exact: true }).check()
    for (const channel of ['E-mail', 'SMS']) {
      await page.getByRole('button', { name: `Modifier : Invitation avec le lien, ${channel}`, exact: true }).click()
      await page.getByText('Versions', { exact: true }).click()
      await expect(channel === 'SMS' ? page.locator('.bubble') : page.getByTitle('Aperçu de l’e-mail')).toBeVisible()
      await check(page)
      await page.getByRole('button', { name: 'Tous les textes' }).click()
    }
    await context.close()
  })
}

test('the keyboard alone opens, fills and closes a dialog', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', tablet)
  await page.goto((await demo(page, 'Renard')).day)
  await page.locator('a.row', { hasText: 'RENARD' }).press('Enter')
  const button = page.getByRole('button', { name: 'Annuler la consultation' })
  await button.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Annuler la consultation' })
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()
  await context.close()
})

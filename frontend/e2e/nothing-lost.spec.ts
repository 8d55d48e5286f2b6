import { expect, type Page, test } from '@playwright/test'
import { atHospital, demo, messagesTo, open, phone, signIn } from './people'
import { hospitalZone } from './zone'

async function newPatient(page: Page, name: string, mail: string): Promise<void> {
  await page.getByLabel('Chercher un patient').fill(name)
  await page.getByRole('button', { name: 'Nouveau patient' }).click()
  await page.getByLabel('Date de naissance').fill('02/11/1971')
  await page.getByLabel('Adresse e-mail').fill(mail)
}

test('a half-filled form survives a reload, and says so', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone, '/schedule')
  await newPatient(page, 'Lambert Rose', 'rose@exemple.test')
  await page.getByLabel('Heure', { exact: true }).fill('10:20')
  await page.waitForTimeout(600) // the pause after which a draft is kept
  await page.reload()
  await expect(page.getByText('Votre saisie a été retrouvée.')).toBeVisible()
  await expect(page.getByLabel('Nom', { exact: true })).toHaveValue('Lambert')
  await expect(page.getByLabel('Adresse e-mail')).toHaveValue('rose@exemple.test')
  await expect(page.getByLabel('Heure', { exact: true })).toHaveValue('10:20')
  await page.getByRole('link', { name: 'Mon compte' }).click()
  await page.getByRole('button', { name: 'Se déconnecter' }).click()
  await expect(page.getByText('Une saisie n’est pas envoyée')).toBeVisible()
  await context.close()
})

test('every wrong field is shown at once, at the field, and in the words of the server', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone, '/schedule')
  await newPatient(page, 'Lambert Rose', 'rose@gmail.co')
  await page.getByLabel('Téléphone mobile').fill('01 23 45 67 89')
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  await page.getByLabel('demain').check()
  await page.getByLabel('Heure', { exact: true }).fill('10:20')
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
  await expect(page.getByRole('alert')).toContainText('2 champs sont à revoir')
  await expect(page.getByText(/Vouliez-vous dire/).first()).toBeVisible()
  const mobile = page.getByLabel('Téléphone mobile')
  await expect(mobile).toHaveAttribute('aria-invalid', 'true')
  await page
    .getByRole('alert')
    .getByRole('button', { name: /Téléphone mobile/ })
    .click()
  await expect(mobile).toBeFocused()
  await expect(page.getByLabel('Adresse e-mail')).toHaveValue('rose@gmail.co')
  await expect(page.getByLabel('L’adresse est bien écrite ainsi')).toBeVisible()
  await context.close()
})

test('an hour that the clocks skip is refused before it is sent', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone)
  // The demo hospital may stand where the clocks never change.
  await page.route('**/api/v1/session', async (route) => {
    const response = await route.fetch()
    const text = (await response.text()).replaceAll(`"${hospitalZone()}"`, '"Europe/Paris"')
    await route.fulfill({ response, body: text })
  })
  await page.goto('/schedule')
  await newPatient(page, 'Lambert Rose', 'rose@exemple.test')
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  await page.locator('input[type=date]').fill('2027-03-28')
  await page.getByLabel('Heure', { exact: true }).fill('02:30')
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
  await expect(page.getByText(/Cette heure n’existe pas ce jour-là/).first()).toBeVisible()
  await context.close()
})

test('a lost answer and a second press plan one consultation', async ({ browser, request }) => {
  const mail = `double-${Date.now()}@exemple.test`
  const { page, context } = await open(browser, 'secretaire', phone, '/schedule')
  await newPatient(page, 'Girard Anne', mail)
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  const when = atHospital(3 * 24 * 60)
  await page.locator('input[type=date]').fill(when.date)
  await page.getByLabel('Heure', { exact: true }).fill('10:20')

  // The first request reaches the server, but its answer never comes back.
  let first = true
  await page.route('**/api/v1/encounters', async (route) => {
    if (!first || route.request().method() !== 'POST') return route.continue()
    first = false
    await route.fetch()
    return route.abort('connectionreset')
  })
  const submit = page.getByRole('button', { name: 'Prévoir et informer' })
  await submit.click()
  await expect(page.getByText(/Le serveur ne répond pas/)).toBeVisible()
  await expect(page.getByLabel('Adresse e-mail')).toHaveValue(mail)
  await submit.click()
  await expect(page.getByRole('heading', { name: 'GIRARD Anne' })).toBeVisible()
  await page.goto(`/?date=${when.date}`)
  await expect(page.locator('a.row', { hasText: 'GIRARD' })).toHaveCount(1)
  await expect.poll(async () => (await messagesTo(request, mail)).length).toBe(1)
  await context.close()
})

test('when the session ends, the same person finds their page as it was', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone, '/schedule')
  await newPatient(page, 'Lambert Rose', 'rose@exemple.test')
  await context.clearCookies()
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  await page.getByLabel('demain').check()
  await page.getByLabel('Heure', { exact: true }).fill('10:20')
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
  await expect(page.getByText('Votre session a pris fin')).toBeVisible()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByLabel('Adresse professionnelle')).toHaveValue('secretaire@demo.test')
  await signIn(page, 'secretaire')
  await expect(page.getByLabel('Adresse e-mail')).toHaveValue('rose@exemple.test')
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
  await expect(page.getByRole('heading', { name: 'LAMBERT Rose' })).toBeVisible()
  await context.close()
})

test('two people change one consultation: the second is told what changed', async ({ browser }) => {
  const one = await open(browser, 'secretaire', phone)
  const two = await open(browser, 'medecin', phone)
  const address = (await demo(one.page, 'Noël')).path
  // The second does not hear of the change in time.
  await two.context.route('**/api/v1/events', (route) => route.abort())
  for (const page of [one.page, two.page]) {
    await page.goto(address)
    await page.getByRole('button', { name: /Modifier date/ }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }
  const later = atHospital(2 * 24 * 60).date
  await one.page.locator('dialog input[type=date]').fill(later)
  await one.page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(one.page.getByRole('dialog')).toBeHidden()
  await two.page.getByRole('dialog').getByLabel('30 min').check()
  await two.page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(two.page.getByText('a été modifiée entre-temps')).toBeVisible()
  await expect(two.page.getByRole('dialog').getByLabel('30 min')).toBeChecked()
  for (const device of [one.context, two.context]) await device.close()
})

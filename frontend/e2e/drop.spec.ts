import { readFile } from 'node:fs/promises'
import { type APIRequestContext, expect, type Locator, type Page, test } from '@playwright/test'
import { check } from './axe'
import { chooseAgain, demo, type Mail, open, phone } from './people'
import { picture } from './pictures'

const document = Buffer.from(`%PDF-1.7\n${'Document du patient, une ligne.\n'.repeat(60_000)}startxref\n9\n%%EOF\n`)

/** The part of the prescription's step in which a document is left. */
async function panel(page: Page, familyName: string): Promise<Locator> {
  await page.goto((await demo(page, familyName)).path)
  const step = page.locator('#step-prescription')
  await expect(step).toBeVisible()
  if ((await step.locator('details').first().getAttribute('open')) === null)
    await step.locator('summary').first().click()
  await chooseAgain(step)
  await step.locator('label', { hasText: 'Dépôt chiffré' }).click()
  const part = page.getByRole('region', { name: 'Dépôt chiffré' })
  await expect(part).toBeVisible()
  return part
}

async function choose(part: Locator, name = 'ordonnance.pdf', buffer = document): Promise<void> {
  await part.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer })
}

/** What a pattern finds in the messages to somebody; waits for it. */
async function found(request: APIRequestContext, to: string, pattern: RegExp): Promise<string> {
  let hit: string | undefined
  await expect
    .poll(
      async () => {
        const all = (await (await request.get('/dev/mailbox.json')).json()) as Mail[]
        hit = all
          .filter((mail) => mail.to.includes(to))
          .map((mail) => pattern.exec(mail.text)?.[0])
          .find(Boolean)
        return hit
      },
      { timeout: 20_000 },
    )
    .toBeTruthy()
  return hit ?? ''
}

const link = /\/p\/drop\/\w{16}/
const password = /\d{4}( \d{4}){4}/

test('a document goes encrypted, by two ways, and its receipt comes back', async ({ browser, request }) => {
  const staff = await open(browser, 'medecin', phone)
  const part = await panel(staff.page, 'Faure')
  await check(staff.page)
  await choose(part, 'page.pdf', Buffer.from('%PDF-1.4\n<html>'))
  await part.getByRole('button', { name: 'Chiffrer et envoyer' }).click()
  await expect(part.getByRole('alert')).toContainText('abîmé ou incomplet')
  await choose(part)
  await expect(part.getByLabel('Lien par e-mail, mot de passe par SMS')).toBeChecked()
  await picture(staff.page, 'depot-choix')
  await part.getByRole('button', { name: 'Chiffrer et envoyer' }).click()
  await expect(part.getByText('Pas encore téléchargé.')).toBeVisible()
  await expect(part).toContainText('i•••@demo.test')
  await expect(part).toContainText('5 téléchargements, 5 essais')
  await expect(part).not.toContainText(password)
  await check(staff.page)
  await part.scrollIntoViewIfNeeded()
  await picture(staff.page, 'depot-envoye')

  const path = await found(request, 'ines.faure@demo.test', link)
  const secret = await found(request, '+33639980907', password)
  const handset = await browser.newContext({ viewport: phone, javaScriptEnabled: false })
  const patient = await handset.newPage()
  await patient.goto(path)
  await expect(patient.getByRole('heading', { name: 'Votre document' })).toBeVisible()
  await picture(patient, 'depot-patient')
  const give = async (year: string, typed: string) => {
    await patient.getByLabel('Jour').fill('7')
    await patient.getByLabel('Mois').fill('7')
    await patient.getByLabel('Année').fill(year)
    await patient.getByLabel('Mot de passe').fill(typed)
    await patient.getByRole('button', { name: 'Télécharger le document' }).click()
  }
  await give('1976', secret)
  await expect(patient.getByRole('alert')).toContainText('ne correspond pas')
  await expect(patient.getByRole('alert')).toContainText('4 essais')
  await picture(patient, 'depot-patient-erreur')
  const [download] = await Promise.all([patient.waitForEvent('download'), give('1975', secret.replaceAll(' ', ''))])
  expect(download.suggestedFilename()).toBe('document.pdf')
  expect((await readFile(await download.path())).equals(document)).toBe(true)

  // The practitioner sees it without reloading.
  await expect(part.getByText(/Téléchargé par le patient/)).toBeVisible({ timeout: 15_000 })
  await part.getByText('Ce qui s’est passé').click()
  await expect(part.locator('.timeline li')).toHaveText([
    /déposé, lien envoyé, .*Martin/,
    /essai du patient/,
    /essai du patient/,
    /ouvert, téléchargement commencé/,
    /téléchargé en entier/,
  ])
  await check(staff.page)
  await picture(staff.page, 'depot-recu')
  await part.getByRole('button', { name: 'Retirer le document' }).click()
  await part.getByRole('button', { name: 'Oui, retirer' }).click()
  await expect(part.getByText('Choisir le document')).toBeVisible()
  await part.getByText('Dépôts précédents').click()
  await expect(part).toContainText('retiré, supprimé')
  await patient.goto(path)
  await expect(patient.getByRole('heading', { name: 'Ce lien n’est pas valable' })).toBeVisible()
  await handset.close()
  await staff.context.close()
})

test('a password that is told, and a document that is locked', async ({ browser, request }) => {
  const staff = await open(browser, 'medecin', phone)
  const part = await panel(staff.page, 'Garnier')
  await choose(part)
  await part.getByLabel('Lien par e-mail, mot de passe dit au téléphone').check()
  await part.getByRole('button', { name: 'Chiffrer et envoyer' }).click()
  const tell = part.getByRole('region', { name: 'Mot de passe à dire au patient' })
  await expect(tell).toContainText(password)
  const secret = password.exec((await tell.textContent()) ?? '')?.[0] ?? ''
  await check(staff.page)
  await tell.scrollIntoViewIfNeeded()
  await picture(staff.page, 'depot-a-dire')
  await tell.getByRole('button', { name: 'Je l’ai dit au patient' }).click()
  await expect(tell).toHaveCount(0)
  await expect(part).toContainText('dit au téléphone,')

  const path = await found(request, 'thomas.garnier@demo.test', link)
  const handset = await browser.newContext({ viewport: phone, bypassCSP: true })
  const patient = await handset.newPage()
  await patient.goto(path)
  await check(patient)
  const give = async (typed: string) => {
    await patient.getByLabel('Jour').fill('24')
    await patient.getByLabel('Mois').fill('12')
    await patient.getByLabel('Année').fill('1992')
    await patient.getByLabel('Mot de passe').fill(typed)
    await patient.getByRole('button', { name: 'Télécharger le document' }).click()
  }
  for (let n = 0; n < 5; n++) {
    await give('1111 2222 3333 4444 5555')
    await expect(patient.getByRole('alert')).toBeVisible()
  }
  await expect(patient.getByRole('alert')).toContainText('bloqué')
  await check(patient)
  await picture(patient, 'depot-bloque')
  await part.getByRole('button', { name: 'Débloquer' }).click()
  await expect(part.getByText('Pas encore téléchargé.')).toBeVisible()
  await patient.goto(path)
  const [download] = await Promise.all([patient.waitForEvent('download'), give(secret)])
  expect((await readFile(await download.path())).equals(document)).toBe(true)
  await handset.close()
  await staff.context.close()
})

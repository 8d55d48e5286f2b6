import { expect, type Page, test } from '@playwright/test'
import { atHospital, open, personalLink, phone, smallPhone, standInForZoom, tablet, zoomInvitation } from './people'
import { picture } from './pictures'

const mail = `patiente-${Date.now()}@exemple.test`
const when = atHospital(15)

async function schedule(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Prévoir' }).first().click()
  await page.getByLabel('Chercher un patient').fill('Fontaine Juliette')
  await page.getByRole('button', { name: 'Nouveau patient' }).click()
  await expect(page.getByLabel('Nom', { exact: true })).toHaveValue('Fontaine')
  await page.getByLabel('Date de naissance').fill('07/03/1958')
  await page.getByLabel('Adresse e-mail').fill(mail)
  await page.getByLabel('Praticien', { exact: true }).selectOption({ label: 'Dr Claire Martin' })
  await page.locator('input[type=date]').fill(when.date)
  await page.getByLabel('Heure', { exact: true }).fill(when.time)
  await page.getByLabel('Zoom', { exact: true }).check()
  await page.getByLabel('Outil en panne').check()
  await page.getByRole('heading', { name: 'Quand' }).scrollIntoViewIfNeeded()
  await picture(page, 'prevoir')
  await page.getByRole('button', { name: 'Prévoir et informer le patient' }).click()
  await expect(page.getByRole('heading', { name: 'FONTAINE Juliette' })).toBeVisible()
}

function step(page: Page, code: string) {
  return page.locator(`#step-${code}`)
}

/** Opens a step unless it is open already, as the next one is. */
async function opened(page: Page, code: string) {
  const found = step(page, code)
  const details = found.locator('details').first()
  if ((await details.getAttribute('open')) === null) await details.locator('summary').first().click()
  return found
}

async function pasteInvitation(page: Page): Promise<void> {
  const link = await opened(page, 'link')
  await link.getByLabel('Invitation copiée').fill(zoomInvitation(when))
  await expect(link.getByText('https://us02web.zoom.us/j/')).toBeVisible()
  await link.getByLabel('Tout est réglé ainsi').check()
  await picture(page, 'coller')
  await link.getByRole('button', { name: 'Enregistrer le lien' }).click()
  await expect(link.getByText('Ajouté par')).toBeVisible()
}

test('from scheduled to coded, on three devices', async ({ browser, request }) => {
  // The secretary, on a tablet.
  const secretary = await open(browser, 'secretaire', tablet)
  await schedule(secretary.page)
  await step(secretary.page, 'appointment').getByRole('button', { name: 'Planifié dans ORBIS RV' }).click()
  await expect(step(secretary.page, 'appointment').getByText('Planifié dans ORBIS RV par')).toBeVisible()
  await pasteInvitation(secretary.page)
  const address = secretary.page.url()

  // The practitioner, on a phone, looks at the day before the patient comes.
  const practitioner = await open(browser, 'medecin', phone, `/?date=${when.date}`)
  await standInForZoom(practitioner.context)
  const row = practitioner.page.getByRole('link', { name: /FONTAINE Juliette/ })
  await expect(row).toContainText('accord attendu')

  // The patient, on a small phone without JavaScript.
  const own = await browser.newContext({ viewport: smallPhone, javaScriptEnabled: false })
  await standInForZoom(own)
  const patient = await own.newPage()
  await patient.goto(await personalLink(request, mail))
  await patient.getByLabel('Jour').fill('07')
  await patient.getByLabel('Mois').fill('03')
  await patient.getByLabel('Année').fill('1958')
  await patient.getByRole('button').first().click()
  await picture(patient, 'patient')
  await patient.locator('form:has(input[value=agree]) button').click()
  await expect(row).toContainText('accord donné')
  await patient.locator('button[name=answer][value=open]').click()
  await patient.locator('a[href*="waiting-room"]').first().click()
  await picture(patient, 'salle-attente')

  // The practitioner sees who waits, without a reload, and starts with one press.
  await expect(practitioner.page.getByRole('heading', { name: /patient.* atten/ })).toBeVisible()
  const arrival = practitioner.page.getByRole('listitem').filter({ hasText: 'FONTAINE Juliette' }).first()
  await expect(arrival).toContainText('attend depuis')
  await picture(practitioner.page, 'ma-journee')
  const meeting = practitioner.context.waitForEvent('page')
  await arrival.getByRole('button', { name: 'Démarrer' }).click()
  await expect.poll(async () => (await meeting).url()).toContain('zoom.us/j/')
  await (await meeting).close()

  const page = practitioner.page
  await page.getByRole('button', { name: 'Terminer la consultation' }).first().click()
  await page.getByLabel('Non, aucun').check()
  await page.getByRole('button', { name: 'Terminer', exact: true }).click()
  await expect(step(page, 'held')).toContainText('sans incident')

  const prescription = await opened(page, 'prescription')
  await prescription.getByLabel('Espace patient (demain)').check()
  await prescription.getByRole('button', { name: 'Annoncer au patient pour demain' }).click()
  await expect(prescription.locator('.state.waiting')).toBeVisible()
  await picture(page, 'ordonnance-portail')
  await prescription.getByRole('button', { name: 'Oui, il y est' }).click()
  await expect(prescription.locator('.state.done')).toBeVisible()

  const record = await opened(page, 'record')
  await expect(record.getByText('annoncée pour le lendemain')).toBeVisible()
  await record.getByRole('button', { name: 'Versé dans ORBIS' }).click()
  await expect(record.locator('.state.done')).toBeVisible()

  const coding = await opened(page, 'coding')
  await coding.getByRole('button', { name: 'Codé dans Gilda' }).click()
  await expect(page.getByText('La chaîne est complète')).toBeVisible()

  // The secretary's page says the same by itself, and the history tells who did it.
  await expect(secretary.page.getByText('La chaîne est complète')).toBeVisible()
  expect(secretary.page.url()).toBe(address)
  await secretary.page.evaluate(() => scrollTo(0, 0))
  await picture(secretary.page, 'fiche')
  await secretary.page.getByText('Historique').click()
  await expect(secretary.page.getByText('Dr Claire Martin').last()).toBeVisible()

  for (const device of [secretary.context, practitioner.context, own]) await device.close()
})

import { expect, type Page, test } from '@playwright/test'
import { atHospital, newestTo, open, phone, plan, tablet } from './people'
import { picture } from './pictures'

async function editor(page: Page, text: string): Promise<void> {
  await page.getByLabel('Textes', { exact: true }).check()
  await page.getByRole('button', { name: `Modifier : ${text}`, exact: true }).click()
}

test('a department writes its own words: previewed, tried, used, and taken back', async ({ browser, request }) => {
  const { page, context } = await open(browser, 'cadre', tablet, '/organisation')
  await editor(page, 'Information et demande d’accord, E-mail')
  const body = page.getByLabel('Texte', { exact: true })
  const frame = page.frameLocator('iframe')
  await expect(frame.getByText(/Bonjour/).first()).toBeVisible()
  const original = await body.inputValue()

  // A wrong word is said at once, and what is typed survives a reload.
  await body.fill(original.replace('Bonjour,', 'Bonjour et bienvenue en cardiologie,'))
  await expect(page.getByText(/« cardiologie »/)).toBeVisible()
  await body.fill(original.replace('Bonjour,', 'Bonjour et bienvenue,'))
  await expect(frame.getByText('Bonjour et bienvenue,')).toBeVisible()
  await page.waitForTimeout(600) // the pause after which a draft is kept
  await page.reload()
  await editor(page, 'Information et demande d’accord, E-mail')
  await expect(body).toHaveValue(/Bonjour et bienvenue,/)
  await expect(page.getByText('non enregistré')).toBeVisible()

  // A placeholder goes where the cursor is.
  await body.press('Control+End')
  await body.press('Enter')
  await page.getByRole('button', { name: '{hôpital}' }).click()
  await expect(body).toHaveValue(/\n\{hôpital\}$/)
  await expect(body).toBeFocused()
  await expect(page.getByRole('heading', { name: /Information et demande/ })).toBeVisible()
  await picture(page, 'textes')

  await page.getByRole('button', { name: 'M’envoyer un essai' }).click()
  await expect(page.getByText('Essai mis en file.').first()).toBeVisible()
  const trial = await newestTo(request, 'cadre@demo.test')
  expect(trial.subject).toContain('[Essai]')
  expect(trial.text).toContain('Bonjour et bienvenue,')

  await page.getByRole('button', { name: 'Enregistrer cette version' }).click()
  await expect(page.getByText('non enregistré')).toBeHidden()
  await expect(page.getByText(/Écrit par/)).toBeVisible()

  // The next patient reads the new words.
  const secretary = await open(browser, 'secretaire', phone, '/schedule')
  const email = `mots-${Date.now()}@exemple.test`
  const when = atHospital(5 * 24 * 60)
  await plan(secretary.page, { name: 'Blot Jean', email, date: when.date, time: '11:40' })
  expect((await newestTo(request, email)).text).toContain('Bonjour et bienvenue,')
  await secretary.context.close()

  await page.getByText('Versions', { exact: true }).click()
  await expect(page.getByText('Version 1', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Revenir au texte d’origine' }).click()
  await expect(body).toHaveValue(original)
  await page.getByRole('button', { name: 'Reprendre cette version' }).click()
  await expect(body).toHaveValue(/Bonjour et bienvenue,/)
  await page.getByRole('button', { name: 'Abandonner ma saisie' }).click()
  await expect(body).toHaveValue(original)
  await context.close()
})

test('an SMS is counted and priced before anybody pays for it', async ({ browser, request }) => {
  const { page, context } = await open(browser, 'cadre', phone, '/organisation')
  await editor(page, 'Rappel du rendez-vous, SMS')
  const body = page.getByLabel('Texte', { exact: true })
  await expect(page.locator('.bubble')).toContainText('/p/')
  await expect(page.getByText(/caractères · un SMS par message · environ 0,07/)).toBeVisible()
  await body.fill(`${await body.inputValue()}\n${'Merci de prévenir en cas d’empêchement. '.repeat(3)}`)
  await expect(page.getByText(/caractères · [23] SMS par message/)).toBeVisible()
  await expect(page.getByText(/Lettres remplacées pour tenir dans un SMS : .*ê→e/)).toBeVisible()
  await page.getByLabel('Mobile pour l’essai').fill('06 12 34 56 00')
  await page.getByRole('button', { name: 'M’envoyer un essai' }).click()
  await expect(page.getByText('Essai mis en file.').first()).toBeVisible()
  expect((await newestTo(request, '+33612345600')).text).toMatch(/^Essai\. /)
  await context.close()
})

test('two people write one text: the second is told, and loses nothing', async ({ browser }) => {
  const [one, two] = [
    await open(browser, 'cadre', phone, '/organisation'),
    await open(browser, 'cadre', phone, '/organisation'),
  ]
  for (const { page } of [one, two]) await editor(page, 'Retard, SMS')
  const body = (page: Page) => page.getByLabel('Texte', { exact: true })
  const original = await body(one.page).inputValue()
  await body(one.page).fill(`${original} Merci.`)
  await body(two.page).fill(`${original} Merci bien.`)
  const save = (page: Page) => page.getByRole('button', { name: 'Enregistrer cette version' }).click()
  await save(one.page)
  await expect(one.page.getByText('non enregistré')).toBeHidden()
  await save(two.page)
  await expect(two.page.getByRole('alert')).toContainText('a modifié ce texte')
  await expect(body(two.page)).toHaveValue(`${original} Merci bien.`)
  await two.page.getByRole('button', { name: 'Garder ma saisie' }).click()
  await save(two.page)
  await expect(two.page.getByText('non enregistré')).toBeHidden()
  await two.page.getByRole('button', { name: 'Tous les textes' }).click()
  await expect(two.page.getByRole('button', { name: 'Modifier : Retard, SMS' })).toContainText('version 2')
  for (const device of [one, two]) await device.context.close()
})

test('how a department reaches its patients is kept', async ({ browser }) => {
  const { page, context } = await open(browser, 'cadre', phone, '/organisation')
  await page.getByLabel('Envois').check()
  await page.getByLabel('Invitation avec le lien').selectOption({ label: 'SMS, puis e-mail s’il n’arrive pas' })
  await page.getByLabel('7 jours avant').uncheck()
  await page.getByLabel(/Autres rappels/).fill('48')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByText('Règles d’envoi enregistrées.').first()).toBeAttached()
  await page.reload()
  await page.getByLabel('Envois').check()
  await expect(page.getByLabel('Invitation avec le lien')).toHaveValue('sms,email')
  await expect(page.getByLabel('7 jours avant')).not.toBeChecked()
  await expect(page.getByLabel(/Autres rappels/)).toHaveValue('48')
  await context.close()
})

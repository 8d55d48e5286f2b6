import { expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { atHospital, messagesTo, newestTo, open, phone, plan, tablet } from './people'
import { picture } from './pictures'

/** The section with the messages, opened. */
async function messages(page: Page) {
  const section = page.locator('details.card', { hasText: 'Messages au patient' })
  if ((await section.getAttribute('open')) === null) await section.locator('summary').first().click()
  return section
}

test('no message arrives: the secretary is told, corrects the address, and it arrives', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone, '/schedule')
  const when = atHospital(26 * 60)
  // The address is taken and comes back; the number does not answer.
  const typo = 'rebond@gmial.com'
  await plan(page, { name: 'Perrin Odette', email: typo, mobile: '06 39 98 00 03', date: when.date, time: when.time })
  await expect(page.getByText(/Vouliez-vous dire/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Écrire rebond@gmail.com' })).toBeVisible()
  await page.getByLabel('L’adresse est bien écrite ainsi').check()
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
  await expect(page.getByRole('heading', { name: 'PERRIN Odette' })).toBeVisible()

  // Both channels fail, one after the other, and a person is asked.
  const task = page.getByRole('region', { name: 'Patient à joindre' })
  await expect(task).toBeVisible({ timeout: 60_000 })
  await expect(task.getByRole('link', { name: /Appeler le 06/ })).toHaveAttribute('href', 'tel:+33639980003')
  await picture(page, 'a-joindre')
  const section = await messages(page)
  const mail = section.locator('li', { hasText: 'r•••@gmial.com' }).first()
  await expect(mail).toContainText('non remis')
  await expect(mail).toContainText('remplacé par un SMS')
  await mail.locator('summary').click()
  await expect(mail).toContainText('Cette adresse e-mail n’existe pas'.toLowerCase())
  const text = section.locator('li', { hasText: '•• 00 03' }).first()
  await expect(text).toContainText('non remis')
  await expect(text).toContainText('à la place d’un e-mail')
  await check(page)

  await task.getByRole('button', { name: 'Messagerie' }).click()
  await expect(task).toContainText('message laissé sur la messagerie')
  const address = page.url()
  await page.getByRole('link', { name: 'Ce qui manque' }).click()
  await page.getByLabel(/À joindre/).check()
  const card = page.getByRole('listitem').filter({ hasText: 'PERRIN Odette' })
  await expect(card).toContainText('message laissé sur la messagerie')
  await check(page)

  // One tap writes the address as it was probably meant. It comes back too, and a person is asked again.
  await expect(card.getByRole('link', { name: 'Ouvrir la fiche' })).toBeVisible()
  await card.getByRole('button', { name: 'Corriger et renvoyer' }).click()
  await expect(page.getByText('Vouliez-vous dire')).toHaveCount(0)
  await page.goto(address)
  await expect(task).toContainText('r•••@gmail.com', { timeout: 60_000 })

  await task.getByText('Corriger l’adresse ou le mobile').click()
  await task.getByLabel('Adresse e-mail').fill('remis@exemple.test')
  await task.getByRole('button', { name: 'Corriger et renvoyer' }).click()
  await expect(task).toBeHidden()
  await messages(page)
  await expect(section.locator('li', { hasText: 'r•••@exemple.test' }).first()).toContainText('remis', {
    timeout: 30_000,
  })
  await expect(section.locator('li', { hasText: 'r•••@exemple.test' }).first()).not.toContainText('non remis')
  await context.close()
})

test('what is planned can be withdrawn, and what was sent can be sent again', async ({ browser, request }) => {
  const { page, context } = await open(browser, 'secretaire', tablet, '/schedule')
  const email = `planifie-${Date.now()}@exemple.test`
  const when = atHospital(10 * 24 * 60)
  await plan(page, { name: 'Roussel Yann', email, date: when.date, time: '10:20' })
  await expect(page.getByRole('heading', { name: 'ROUSSEL Yann' })).toBeVisible()
  await newestTo(request, email)
  const section = await messages(page)

  const planned = section.locator('li', { hasText: 'Planifié : relance' })
  await expect(planned.first()).toBeVisible()
  const count = await planned.count()
  await planned.first().locator('summary').click()
  await planned.first().getByRole('button', { name: 'Retirer' }).click()
  await expect(planned).toHaveCount(count - 1)
  await section.getByText('Un message plus ancien').click()
  await expect(section.locator('details.more li', { hasText: 'retiré' }).first()).toBeVisible()
  // It stays withdrawn, whatever happens next.
  await page.reload()
  await messages(page)
  await expect(planned).toHaveCount(count - 1)

  const notice = section.locator('li', { hasText: 'Information et demande d’accord' }).first()
  await notice.locator('summary').click()
  await notice.getByRole('button', { name: 'Renvoyer par e-mail' }).click()
  await newestTo(request, email, 2)
  expect(await messagesTo(request, email)).toHaveLength(2)
  await context.close()
})

test('a practitioner who is late says so with two taps', async ({ browser, request }) => {
  const { page, context } = await open(browser, 'medecin', phone, '/schedule')
  const email = `retard-${Date.now()}@exemple.test`
  const when = atHospital(20)
  await plan(page, { name: 'Marty Line', email, date: when.date, time: when.time })
  await expect(page.getByRole('heading', { name: 'MARTY Line' })).toBeVisible()
  await page.getByText('J’ai du retard').click()
  await page.getByRole('button', { name: '15 min' }).click()
  await expect(page.getByText(/Annonce en file : environ 15 minutes de retard/).first()).toBeVisible()
  const told = await newestTo(request, email, 2)
  expect(told.text).toMatch(/15\sminutes de retard/)
  await context.close()
})

import { expect, test } from '@playwright/test'
import { demo, open, phone, tablet } from './people'

test('an administrator sees their account and no patient', async ({ browser }) => {
  const { page, context } = await open(browser, 'admin', phone)
  await expect(page.getByRole('heading', { name: 'Mon compte' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Ma journée' })).toHaveCount(0)
  await page.goto('/missing')
  await expect(page.getByRole('heading', { name: /ne donne pas accès/ })).toBeVisible()
  await context.close()
})

test('another department does not find an encounter by its address', async ({ browser }) => {
  const ours = await open(browser, 'medecin', phone)
  const address = (await demo(ours.page, 'Renard')).path
  const theirs = await open(browser, 'medecin2', phone, address)
  await expect(theirs.page.getByRole('button', { name: 'Réessayer' })).toBeVisible()
  await expect(theirs.page.getByRole('heading', { name: 'Les dix étapes' })).toHaveCount(0)
  for (const device of [ours.context, theirs.context]) await device.close()
})

test('a head of department looks on and starts nothing', async ({ browser }) => {
  const { page, context } = await open(browser, 'cadre', tablet)
  await page.goto((await demo(page, 'Blanc')).path)
  await expect(page.getByRole('heading', { name: 'BLANC Simone' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Démarrer' })).toHaveCount(0)
  await context.close()
})

test('a patient who has not agreed is asked aloud before the start', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone)
  await page.goto((await demo(page, 'Masson')).path)
  const held = page.locator('#step-held')
  await held.locator('summary').first().click()
  await held.getByRole('button', { name: 'Démarrer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Accord du patient avant de commencer' })
  await expect(dialog).toBeVisible()
  await dialog.getByRole('button', { name: 'Accord donné, démarrer' }).click()
  // Agreed now, but the meeting itself is not there yet: the server says so, and nothing has started.
  await expect(dialog.getByText(/Aucun lien/)).toBeVisible()
  await context.close()
})

test('the second language is there, and stays', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone, '/account')
  await page.getByLabel('English').check()
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible()
  await page.reload()
  await page.getByRole('link', { name: 'My day' }).click()
  await expect(page.getByRole('heading', { name: 'My day' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await context.close()
})

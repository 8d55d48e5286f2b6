import { expect, test } from '@playwright/test'
import { check } from './axe'
import { chooseAgain, demo, messagesTo, open, phone } from './people'
import { picture } from './pictures'

test('Dispose: the link by e-mail, the password by SMS, and the proof that a person has', async ({
  browser,
  request,
}) => {
  const { context, page } = await open(browser, 'medecin', phone)
  await page.goto((await demo(page, 'Petit')).path)
  const step = page.locator('#step-prescription')
  await expect(step).toBeVisible()
  if ((await step.locator('details').first().getAttribute('open')) === null)
    await step.locator('summary').first().click()
  await chooseAgain(step)
  await step.getByLabel('Le patient en a besoin aujourd’hui').check()
  await expect(step.getByText(/Voulue aujourd’hui|canal précédent/)).toBeVisible()
  await step.getByLabel('Dispose', { exact: true }).check()
  await step.getByRole('button', { name: 'Envoyer le lien et le mot de passe' }).click()
  await expect(step.getByText('Collez le lien que Dispose a donné.').first()).toBeVisible()
  const link = `https://dispose.exemple.fr/f/${Date.now()}`
  await step.getByLabel('Lien donné par Dispose').fill(link)
  await step.getByLabel('Mot de passe donné par Dispose').fill('mangue-42-soleil')
  await check(page)
  await picture(page, 'dispose')
  await step.getByRole('button', { name: 'Envoyer le lien et le mot de passe' }).click()
  await expect(step.locator('.state.waiting')).toBeVisible()

  const texts = async (to: string) => (await messagesTo(request, to)).map((m) => m.text).join('\n')
  await expect.poll(() => texts('@demo.test'), { timeout: 20_000 }).toContain(link)
  await expect.poll(() => texts('+336'), { timeout: 20_000 }).toContain('mangue-42-soleil')
  expect(await texts('@demo.test')).not.toContain('mangue-42-soleil')

  await step.getByText('J’ai une autre preuve de la remise').click()
  await step.getByLabel('Ce qui le prouve, ou ce qui s’est passé').fill('le patient a appelé : document ouvert')
  await step.getByRole('button', { name: 'Enregistrer', exact: true }).click()
  await expect(step.locator('.state.done')).toBeVisible()
  await context.close()
})

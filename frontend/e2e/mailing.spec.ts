/** A document leaves by secure health mail, or under a password by e-mail, and its proof comes back. */
import { expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { chooseAgain, demo, messagesTo, open, phone, tablet } from './people'
import { picture } from './pictures'

/** A PDF of one page, as small as one can be. */
function pdf(words: string): Buffer {
  const content = `BT /F1 18 Tf 20 100 Td (${words}) Tj ET`
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  let file = '%PDF-1.7\n'
  const offsets = objects.map((object, i) => {
    const at = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const xref = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  for (const at of offsets) file += `${String(at).padStart(10, '0')} 00000 n \n`
  file += `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

const document = { name: 'ordonnance.pdf', mimeType: 'application/pdf', buffer: pdf('Secret de Durand') }

/** The prescription's step of somebody whose consultation is over, with one channel chosen. */
async function panel(page: Page, path: string, channel: string) {
  await page.goto(path)
  const step = page.locator('.chain > li', { has: page.locator('summary', { hasText: 'Ordonnance' }) })
  const summary = step.locator('summary').first()
  await expect(summary).toBeVisible()
  if ((await step.locator('details').first().getAttribute('open')) === null) await summary.click()
  await chooseAgain(step)
  await step.getByLabel(channel, { exact: true }).check()
  return step
}

test('to the pharmacist by MSSanté, up to the proof', async ({ browser, request }) => {
  const { context, page } = await open(browser, 'secretaire', phone)
  const { path } = await demo(page, 'Petit')
  const step = await panel(page, path, 'MSSanté')
  await step.getByLabel('Code postal').fill('75013')
  await step.getByRole('button', { name: 'Chercher' }).click()
  await expect(step.getByText('2 pharmacies trouvées')).toBeVisible()
  await step.getByLabel(/PHARMACIE DU PARC/).check()
  await expect(step.getByLabel('Adresse MSSanté de la pharmacie')).toHaveValue('parc@pharmacie.mssante.fr')
  await step.getByRole('button', { name: 'Envoyer par MSSanté' }).click()
  await expect(step.getByText('Choisissez le document à envoyer.')).toBeVisible()
  await step.locator('input[type=file]').setInputFiles(document)
  await check(page)
  await picture(page, 'mssante')
  await step.getByRole('button', { name: 'Envoyer par MSSanté' }).click()
  const proof = 'Accusé MSSanté : reçu et traité par le logiciel du destinataire.'
  await expect(step.getByText(proof).first()).toBeVisible({ timeout: 20_000 })
  await expect(step.locator('.state.done')).toBeVisible()
  const [mail] = await messagesTo(request, 'parc@pharmacie.mssante.fr')
  expect(mail?.subject).toContain('XDM/1.0/DDM+Document PETIT')

  // A pharmacy whose software fails is told at once, and so is a plain address.
  await step.getByLabel('Adresse MSSanté de la pharmacie').fill('pharmacie@gmail.com')
  await step.locator('input[type=file]').setInputFiles(document)
  await step.getByRole('button', { name: 'Envoyer par MSSanté' }).click()
  await expect(step.getByText(/n’est pas celle d’un professionnel/).first()).toBeVisible()
  await step.getByLabel('Adresse MSSanté de la pharmacie').fill('ko@pharmacie.mssante.fr')
  await step.getByRole('button', { name: 'Envoyer par MSSanté' }).click()
  await expect(step.getByText(/n’a pas pu intégrer le document : E042/).first()).toBeVisible({ timeout: 20_000 })
  await expect(step.locator('.state.done')).toHaveCount(0)
  await step.getByText('Documents envoyés').scrollIntoViewIfNeeded()
  await picture(page, 'mssante-suivi')
  await context.close()
})

test('into Mon espace santé only with a qualified INS', async ({ browser, request }) => {
  const { context, page } = await open(browser, 'medecin', tablet)
  const { path } = await demo(page, 'Faure')
  const step = await panel(page, path, 'MSSanté')
  await step.getByLabel('Le patient (Mon espace santé)').check()
  await expect(step.getByRole('button', { name: 'Envoyer par MSSanté' })).toHaveCount(0)
  await step.getByLabel('Matricule INS').fill('2 79 03 51 215 189 88')
  await step.getByLabel('Statut de l’identité').selectOption('QUAL')
  await step.getByRole('button', { name: 'Enregistrer l’INS' }).click()
  await expect(step.getByText('La clé ne correspond pas').first()).toBeVisible()
  await picture(page, 'mssante-ins')
  await step.getByLabel('Matricule INS').fill('2 79 03 51 215 189 89')
  await step.getByRole('button', { name: 'Enregistrer l’INS' }).click()
  await expect(step.getByText(/INS qualifiée/)).toBeVisible()
  await step.locator('input[type=file]').setInputFiles(document)
  await check(page)
  await step.getByRole('button', { name: 'Envoyer par MSSanté' }).click()
  await expect(step.getByText('Accusé MSSanté : reçu et traité', { exact: false }).first()).toBeVisible({
    timeout: 20_000,
  })
  expect(await messagesTo(request, '279035121518989@patient.mssante.fr')).toHaveLength(1)
  await context.close()
})

test('by e-mail only once the risk is accepted, under a password', async ({ browser, request }) => {
  const { context, page } = await open(browser, 'secretaire', phone)
  const { path } = await demo(page, 'Faure')
  const step = await panel(page, path, 'E-mail protégé')
  await step.locator('input[type=file]').setInputFiles(document)
  await step.getByRole('button', { name: 'Protéger et envoyer' }).click()
  await expect(step.getByText(/expliquez le risque, puis indiquez/).first()).toBeVisible()
  await step.getByLabel('Risque accepté par').fill('Mme Faure')
  await step.getByLabel('De vive voix').check()
  await check(page)
  await picture(page, 'email-protege')
  await step.getByRole('button', { name: 'Protéger et envoyer' }).click()
  await expect(step.getByText(/PDF protégé envoyé par e-mail/).first()).toBeVisible()
  const withPassword = async () => (await messagesTo(request, '+336')).find((m) => /mot de passe/.test(m.text))
  await expect.poll(async () => Boolean(await withPassword()), { timeout: 20_000 }).toBe(true)
  const box = (await (await request.get('/dev/mailbox.json')).json()) as {
    id: string
    subject: string
    attachments: { name: string }[]
  }[]
  const mail = box.find((m) => m.subject === 'Un document vous est adressé')
  expect(mail?.attachments.map((a) => a.name)).toEqual(['document.pdf'])
  await context.close()
})

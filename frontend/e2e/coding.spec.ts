import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { atHospital, open, phone, tablet } from './people'
import { picture } from './pictures'

const headers = { 'X-Requested-With': 'teleconsult' }

/** So many consultations that the doctor has just held, of twenty minutes each. */
async function hold(browser: Browser, family: string, count: number): Promise<void> {
  const { context, page } = await open(browser, 'medecin', tablet)
  const me = await (await page.request.get('/api/v1/session')).json()
  const department = me.departments[0].id as string
  async function post(path: string, data: unknown): Promise<{ id: string }> {
    const answer = await page.request.post(`/api/v1${path}`, { data, headers })
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
    return answer.json()
  }
  for (let i = 0; i < count; i++) {
    const when = atHospital(20 + i)
    const name = `${family}${String.fromCharCode(65 + i)}`
    const { id } = await post('/encounters', {
      departmentId: department,
      practitionerId: me.staff.id,
      date: when.date,
      time: when.time,
      durationMinutes: 20,
      modality: 'video',
      tool: 'ortif',
      patient: {
        familyName: name,
        givenName: 'Zoé',
        birthDate: '1960-02-01',
        email: `${name}@exemple.test`.toLowerCase(),
      },
    })
    await post(`/encounters/${id}/link`, { reference: `S-${name}` })
    const began = new Date(Date.now() - 20 * 60_000).toISOString()
    await post(`/encounters/${id}/start`, { occurredAt: began, oralConsent: { givenBy: 'patient' } })
    await post(`/encounters/${id}/finish`, { incidents: [] })
  }
  await context.close()
}

/** Letters that no other run has. */
function letters(): string {
  return [...String(Date.now() % 100_000)].map((digit) => String.fromCharCode(65 + Number(digit))).join('')
}

/** A filter with how many acts it has. */
function chip(page: Page, name: string) {
  return page.getByRole('radio', { name: new RegExp(`^${name}( \\d+)?$`) })
}

async function countOf(page: Page, name: string): Promise<number> {
  const label = page.locator('label.chip', { hasText: name })
  await expect(label).toContainText(/\d/)
  return Number((await label.textContent())?.replace(/\D/g, ''))
}

async function checkAtEnd(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await check(page)
}

async function fetchFile(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
  return readFile(await download.path())
}

test('twenty acts by keyboard alone, the rest together, and a batch that stays what it was', async ({ browser }) => {
  const family = letters()
  await hold(browser, family, 24)
  const { context, page } = await open(browser, 'secretaire', tablet, '/missing')
  await page.getByRole('link', { name: 'Codage', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Codage des actes' })).toBeVisible()
  await page.getByLabel('Au', { exact: true }).fill(atHospital(24 * 60).date) // near midnight some are of tomorrow
  await expect(page.getByRole('link', { name: `${family}X Zoé` })).toBeVisible()
  const before = await countOf(page, 'À coder')
  expect(before).toBeGreaterThanOrEqual(24)
  const main = (letter: string) => page.getByRole('button', { name: new RegExp(`^Coder TCS ${family}${letter} `) })
  await main('A').focus()
  await picture(page, 'codage')
  await check(page)

  // Twenty acts, and from here on no mouse.
  for (let i = 0; i < 15; i++) await page.keyboard.press('Enter')
  for (let i = 0; i < 2; i++) await page.keyboard.press('2')
  await page.keyboard.press('n')
  await expect(page.getByRole('dialog', { name: /Non facturable/ })).toBeVisible()
  await picture(page, 'codage-raison')
  await check(page)
  await page.keyboard.press('6')
  await page.keyboard.press('r')
  await expect(page.getByRole('dialog', { name: /Refusé par Gilda/ })).toBeVisible()
  await page.keyboard.press('2')
  await page.keyboard.press('Enter')
  await expect(page.getByText(`${family}T Zoé : Codé TCS`)).toBeVisible()
  await expect(page.locator('[data-settled=done]')).toHaveCount(20)
  expect(await countOf(page, 'À coder')).toBe(before - 20)
  expect(await countOf(page, 'Refusés')).toBe(1)
  // The last one was a mistake.
  await page.keyboard.press('z')
  await expect(main('T')).toBeFocused()
  await picture(page, 'codage-fait')
  await checkAtEnd(page)
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-settled=done]')).toHaveCount(20)

  // What was refused is a task again, with its reason.
  await chip(page, 'Refusés').check()
  await expect(page.getByText('Refusé : pas de venue ouverte')).toBeVisible()
  await chip(page, 'À coder').check()

  // The rest whose code is beyond doubt goes together, in one sentence.
  await page.getByRole('button', { name: /Coder les \d+ actes sûrs/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Coder tous les actes sûrs' })
  await expect(dialog).toContainText(/\d+ actes dont le code ne fait pas de doute/)
  await picture(page, 'codage-ensemble')
  await check(page)
  await dialog.getByRole('button', { name: /Coder les \d+ actes sûrs/ }).click()
  await expect(page.getByRole('button', { name: /actes sûrs/ })).toHaveCount(0)
  await expect(page.getByRole('link', { name: `${family}X Zoé` })).toHaveCount(0)

  await chip(page, 'Exports').check()
  await page.getByLabel('Actes jusqu’au').fill(atHospital(24 * 60).date)
  await page.getByRole('button', { name: 'Exporter' }).click()
  await expect(page.getByText('Lot 1', { exact: true })).toBeVisible()
  await expect(page.getByText('Aucun acte n’attend d’être exporté.')).toBeVisible()
  await picture(page, 'codage-export')
  await check(page)
  const first = await fetchFile(page, 'CSV, lot 1')
  const text = first.toString('utf8')
  expect(text.startsWith('\uFEFFLot;Nature;')).toBe(true)
  expect(text.split('\r\n').filter((line) => line.includes(`;${family}`))).toHaveLength(22)
  expect((await fetchFile(page, 'XLSX, lot 1')).subarray(0, 2).toString()).toBe('PK')

  // A correction goes into the next batch; the first stays what it was.
  await chip(page, 'Codés').check()
  await page.getByRole('button', { name: new RegExp(`^Rouvrir… ${family}A `) }).click()
  await page.getByRole('button', { name: /Erreur de saisie/ }).click()
  await expect(page.getByText(`${family}A Zoé : Rouvert`)).toBeVisible()
  await chip(page, 'À coder').check()
  await page.getByRole('button', { name: new RegExp(`^Autre… ${family}A `) }).click()
  await page.getByRole('button', { name: /TC Téléconsultation, toutes/ }).click()
  await expect(page.getByText(`${family}A Zoé : Codé TC`)).toBeVisible()
  await chip(page, 'Exports').check()
  await expect(page.getByText('1 acte attend d’être exporté.')).toBeVisible()
  await page.getByLabel('Actes jusqu’au').fill(atHospital(24 * 60).date)
  await page.getByRole('button', { name: 'Exporter' }).click()
  await expect(page.getByText('1 acte, dont 1 en correction')).toBeVisible()
  expect(await fetchFile(page, 'CSV, lot 1')).toEqual(first)
  await context.close()
})

test('on a phone an act is coded with a thumb, and a manager keeps the list', async ({ browser }) => {
  const family = letters()
  await hold(browser, family, 2)
  const { context, page } = await open(browser, 'cadre', phone, '/coding')
  await page.getByLabel('Au', { exact: true }).fill(atHospital(24 * 60).date)
  await expect(page.getByRole('link', { name: `${family}A Zoé` })).toBeVisible()
  await picture(page, 'codage-telephone')
  await checkAtEnd(page)
  await page.getByRole('button', { name: new RegExp(`^Autre… ${family}A `) }).click()
  await picture(page, 'codage-autre')
  await check(page)
  await page.getByRole('button', { name: 'Non facturable…' }).last().click()
  await page.getByRole('button', { name: /Autre raison/ }).click()
  await page.getByLabel('Quelle raison ?').fill('venue en double')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByText(`${family}A Zoé : Non facturable`)).toBeVisible()
  await checkAtEnd(page)

  await page.goto('/organisation')
  await page.getByRole('radio', { name: 'Codes', exact: true }).check()
  await expect(page.getByText('à confirmer par l’établissement').first()).toBeVisible()
  await page.getByRole('button', { name: 'Confirmer TCG' }).click()
  await expect(page.getByText('confirmé par M. Yves Lambert')).toBeVisible()
  await picture(page, 'codes')
  await checkAtEnd(page)
  await page.getByRole('button', { name: 'Ajouter un code' }).click()
  await page.getByLabel('Code', { exact: true }).fill('TCX')
  await page.getByLabel(/^Montant/).fill('31,50')
  await page.getByLabel('Libellé').fill('Téléconsultation d’essai')
  await page.getByLabel('Premier jour').fill('2031-01-01')
  await page.getByLabel('D’où vient cette ligne ?').fill('note de service')
  await picture(page, 'code')
  await check(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Enregistrer' }).click()
  await expect(page.getByText('31,50')).toBeVisible()
  await context.close()
})

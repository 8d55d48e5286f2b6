import { expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { open, phone, tablet } from './people'
import { picture } from './pictures'

interface Week {
  week: string
  monday: string
  counts: Record<string, unknown> & { planned: number }
}

/** What the server answers about the demo's day, once it has counted it. */
async function counted(page: Page): Promise<{ planned: number; held: number }> {
  const me = await (await page.request.get('/api/v1/session')).json()
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const path = `/api/v1/figures?departmentId=${me.departments[0].id}&from=${day(-7)}&to=${day(7)}`
  await expect
    .poll(async () => ((await (await page.request.get(path)).json()) as { pendingSince?: string }).pendingSince, {
      timeout: 60_000,
    })
    .toBeUndefined()
  return ((await (await page.request.get(path)).json()) as { total: { planned: number; held: number } }).total
}

test('the head of the department reads the figures, on a phone', async ({ browser }) => {
  const { context, page } = await open(browser, 'cadre', phone, '/missing')
  const total = await counted(page)
  expect(total.planned).toBeGreaterThan(0)
  await page.getByRole('link', { name: 'Chiffres', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Chiffres', level: 1 })).toBeFocused()
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Téléconsultations', exact: true }) })
  await expect(panel.getByText(/ tenues sur \d+ prévues/)).toBeVisible()
  await expect(panel.getByRole('img', { name: /^Graphique par semaine : Téléconsultations\. / })).toBeVisible()
  await check(page)
  await picture(page, 'chiffres-telephone')

  // The same as a table, by the keyboard alone.
  await panel.getByText('Voir le tableau').focus()
  await page.keyboard.press('Enter')
  await expect(panel.getByRole('columnheader', { name: 'Tenues', exact: true })).toBeVisible()
  await expect(panel.getByRole('row')).toHaveCount(14)
  await page.keyboard.press('Tab')
  await expect(panel.getByRole('region', { name: 'Téléconsultations' })).toBeFocused()
  await check(page)

  await page.getByLabel('4 semaines').check()
  await expect(panel.getByRole('row')).toHaveCount(5)
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  await expect(page.getByRole('heading', { name: 'Par praticien' })).toBeHidden()
  await expect(panel.getByText(/ tenues sur \d+ prévues/)).toBeVisible()

  // A period of one's own, without a consultation, says what to do.
  await page.getByLabel('Autre').check()
  await page.getByLabel('Du', { exact: true }).fill('2024-01-10')
  await page.getByLabel('Au (inclus)').fill('2024-01-02')
  await expect(page.getByText('Indiquez un premier et un dernier jour')).toBeVisible()
  await page.getByLabel('Au (inclus)').fill('2024-01-31')
  await expect(page.getByText('Aucune téléconsultation n’est prévue dans cette période.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Prévoir une téléconsultation' })).toBeVisible()
  await check(page)
  await context.close()
})

test('the figures are taken along as a file', async ({ browser }) => {
  const { context, page } = await open(browser, 'cadre', tablet, '/figures')
  await counted(page)
  for (const [name, begins] of [
    ['CSV', '\ufeffSemaine;Du lundi;Praticien;Prévues;Tenues;'],
    ['XLSX', 'PK'],
  ] as const) {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^chiffres-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.(csv|xlsx)$/)
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString('utf8').startsWith(begins)).toBe(true)
  }
  await context.close()
})

/** A year as the server would answer it: the demo has one day only, and this is about what is drawn. */
function year(): unknown {
  const weeks: Week[] = Array.from({ length: 52 }, (_, i) => {
    const monday = new Date(Date.UTC(2025, 4, 19) + i * 7 * 86_400_000).toISOString().slice(0, 10)
    const planned = i === 31 ? 0 : 18 + ((i * 7) % 23)
    const held = Math.round(planned * 0.8)
    const messages = { email: planned * 3, sms: planned * 2 }
    const late = held > 0 ? { late: { median: ((i * 5) % 13) - 2, p90: 12 + ((i * 3) % 17) } } : {}
    const ripe = i === 51 ? Math.round(held / 2) : held
    const inTime = { prescription: ripe - (i % 3), record: ripe - (i % 5), coding: Math.max(0, ripe - (i % 9)) }
    const counts = {
      ...{
        planned,
        held,
        open: i === 51 ? 2 : 0,
        noShow: i % 3,
        cancelled: { patient: 2, 'no-show': i % 3, technical: i % 2 },
      },
      ...{
        refused: i % 4,
        byPhone: i % 5,
        telephone: { ald: i % 5 },
        messages,
        failed: { email: i % 4, sms: i % 3 },
        ...late,
      },
      ...{
        ripe,
        inTime,
        coded: Math.max(0, held - (i % 6)),
        notBillable: i % 2,
        incidents: { zoom: { sound: i % 3 } },
      },
    }
    return { week: `2025-W${i}`, monday, counts }
  })
  const total = {
    ...{
      planned: 1489,
      held: 1190,
      open: 2,
      noShow: 51,
      refused: 78,
      byPhone: 103,
      ripe: 1175,
      coded: 1062,
      notBillable: 26,
    },
    cancelled: { patient: 104, 'no-show': 51, technical: 26, 'consent-refused': 12 },
    telephone: { ald: 60, 'no-terminal': 31, 'technical-fallback': 12 },
    ...{ messages: { email: 4467, sms: 2978 }, failed: { email: 78, sms: 51 }, late: { median: 4, p90: 21 } },
    inTime: { prescription: 1124, record: 1075, coding: 970 },
    incidents: { zoom: { sound: 40, cut: 6 }, ortif: { 'no-connection': 22, image: 9 }, telephone: { other: 3 } },
  }
  const practitioners = ['Dr Claire Martin', 'Dr Samir Benali', 'Pr Anne Le Goff'].map((name, i) => ({
    id: `01900000-0000-7000-8000-00000000000${i}`,
    name,
    counts: total,
  }))
  return { from: '2025-05-19', to: '2026-05-17', total, weeks, practitioners }
}

for (const [name, viewport] of [
  ['telephone', phone],
  ['tablette', tablet],
] as const) {
  test(`a year of figures can be read (${name})`, async ({ browser }) => {
    const { context, page } = await open(browser, 'cadre', viewport)
    await page.route('**/api/v1/figures?*', (route) => route.fulfill({ json: year() }))
    await page.goto('/figures')
    await page.getByLabel('12 mois').check()
    for (const title of [
      'Annulations par motif',
      /^Retard au début/,
      'Fait dans les 24 heures',
      'Incidents par outil',
      'Par praticien',
    ])
      await expect(page.getByRole('heading', { name: title })).toBeVisible()
    await expect(page.getByRole('img')).toHaveCount(7)
    await check(page)
    const folder = process.env.PICTURES
    if (folder) await page.screenshot({ path: `${folder}/chiffres-annee-${name}.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'dark' })
    await check(page)
    await picture(page, `chiffres-sombre-${name}`)
    await context.close()
  })
}

test('who does not run the department sees no figures', async ({ browser }) => {
  const { context, page } = await open(browser, 'medecin', phone, '/missing')
  await expect(page.getByRole('heading', { name: 'Ce qui manque' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Chiffres', exact: true })).toBeHidden()
  await page.goto('/figures')
  await expect(page.getByText('Votre rôle ne donne pas accès à cette page.')).toBeVisible()
  await context.close()
})

import { readFile } from 'node:fs/promises'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { atHospital, messagesTo, open, personalLink, phone, signIn, tablet } from './people'
import { picture } from './pictures'

/** Letters that no other list has, so that its people are nobody else. */
function letters(): string {
  return [...String(Date.now() % 10_000_000)].map((digit) => String.fromCharCode(65 + Number(digit))).join('')
}

interface Person {
  name: string
  born: string
  email: string
  mobile: string
  date: string
  time: string
  practitioner: string
  link: string
}

/** So many people in three days, every ten minutes, each with a meeting that nobody has used. */
function people(n: number, family: string): Person[] {
  const day = atHospital(3 * 24 * 60)
    .date.split('-')
    .reverse()
    .join('/')
  const first = 80_000_000_000 + Math.floor(Math.random() * 9_000_000_000)
  return Array.from({ length: n }, (_, i) => ({
    name: `${family}${String.fromCharCode(65 + (i % 26))}${String.fromCharCode(65 + Math.floor(i / 26))}`,
    born: `0${1 + (i % 9)}/02/19${50 + i}`,
    email: `${family}${i}@exemple.test`.toLowerCase(),
    mobile: `06 39 98 ${String(10 + Math.floor(i / 100))} ${String(i % 100).padStart(2, '0')}`,
    date: day,
    time: `${9 + Math.floor(i / 6)}h${i % 6}0`,
    practitioner: 'Dr Martin',
    link: `https://us02web.zoom.us/j/${first + i}?pwd=Zm9vYmFyMTIzNDU2Nzg5.1`,
  }))
}

function asFile(rows: readonly Person[]) {
  const header = 'Nom;Prénom;Né(e) le;Mail;Portable;Date RDV;Heure;Médecin;Lien visio'
  const lines = rows.map((p) =>
    [p.name, 'Zoé', p.born, p.email, p.mobile, p.date, p.time, p.practitioner, p.link].join(';'),
  )
  return {
    name: 'consultations.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${[header, ...lines].join('\r\n')}`),
  }
}

/** Takes a row of the list and changes it. */
function spoil(rows: Person[], line: number, change: Partial<Person>): void {
  const row = rows[line - 2]
  if (row) Object.assign(row, change)
}

async function openTablet(browser: Browser, path: string) {
  const context = await browser.newContext({ viewport: tablet, hasTouch: true })
  const page = await context.newPage()
  await page.goto(path)
  await signIn(page, 'secretaire')
  return { context, page }
}

async function drop(page: Page, rows: readonly Person[]): Promise<void> {
  await page.getByRole('radio', { name: /Choisir un fichier/ }).check()
  await page.locator('input[type=file]').setInputFiles(asFile(rows))
  await expect(page.getByRole('heading', { name: 'consultations.csv' })).toBeVisible()
}

/** A filter with how many rows it shows. */
function chip(page: Page, name: string, count: number) {
  return page.getByRole('radio', { name: new RegExp(`${name} ${count}$`) })
}

/** What is wrong with the screen, at its end, where the bar of buttons covers no row. */
async function checkAtEnd(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await check(page)
}

async function type(page: Page, field: string, line: number, value: string): Promise<void> {
  const input = page.getByLabel(`${field}, ligne ${line}`, { exact: true })
  await input.fill(value)
  await input.press('Enter')
}

test('forty people out of a spreadsheet: twelve errors, a reload, a spell without network, and every message followed', async ({
  browser,
  request,
}) => {
  const family = letters()
  const rows = people(40, family)
  const fresh = people(3, family).map((p) => p.link)
  spoil(rows, 3, { mobile: '6,12E+08', email: '' })
  spoil(rows, 4, { email: `${family}@gmial.com`.toLowerCase() })
  spoil(rows, 5, { born: '30/02/1980' })
  spoil(rows, 6, { date: '12/05/2020' })
  spoil(rows, 7, { time: '25h00' })
  spoil(rows, 8, { practitioner: 'Dr Inconnu' })
  spoil(rows, 10, { link: rows[7]?.link ?? '' }) // that of line 9
  spoil(rows, 11, { link: 'https://zoom.us.evil.example/j/81234567890?pwd=abc' })
  spoil(rows, 13, { ...rows[10], link: rows[11]?.link ?? '' }) // the person of line 12, a meeting of their own
  spoil(rows, 14, { email: '', mobile: '' })
  spoil(rows, 15, { born: '03/04/2015' })
  spoil(rows, 16, { name: 'J34N' })
  spoil(rows, 17, { mobile: '639980017' }) // a warning: the zero is put back
  spoil(rows, 18, { email: `${family}@adresse.invalid`.toLowerCase(), mobile: '' }) // there is no such address

  const { context, page } = await openTablet(browser, '/invitations')
  await drop(page, rows)
  // Nobody has vouched for the waiting rooms yet; once for the whole list is enough.
  await expect(chip(page, 'À corriger', 40)).toBeVisible()
  await expect(page.getByText('Aucune ligne n’est prête à partir.')).toBeVisible()
  await page.getByLabel('Tout est réglé ainsi').check()
  await expect(chip(page, 'À corriger', 13)).toBeVisible()
  await expect(chip(page, 'À vérifier', 1)).toBeVisible()
  await picture(page, 'liste')
  await checkAtEnd(page)
  await expect(page.getByRole('row', { name: /^3 à corriger/ })).toBeVisible()

  await type(page, 'Mobile', 3, '06 39 98 11 03')
  await page.getByRole('button', { name: /Écrire .*@gmail\.com/ }).tap()
  await type(page, 'Date de naissance', 5, '28/02/1980')
  await page.getByLabel('Date, ligne 6').fill(atHospital(3 * 24 * 60).date)
  await page.getByLabel('Date, ligne 6').press('Enter')
  await expect(chip(page, 'À corriger', 9)).toBeVisible()

  // The tablet locks, the page is loaded again: everything is as it was.
  await page.reload()
  await expect(chip(page, 'À corriger', 9)).toBeVisible()
  await page.getByLabel('Heure, ligne 7').fill('09:50')
  await page.getByLabel('Heure, ligne 7').press('Enter')
  await page.getByLabel('Praticien, ligne 8').selectOption({ label: 'Dr Claire Martin' })
  await expect(chip(page, 'À corriger', 7)).toBeVisible()

  // Without network one goes on, and nothing can be sent meanwhile.
  await context.setOffline(true)
  await type(page, 'Lien de la réunion', 10, fresh[0] ?? '')
  await type(page, 'Lien de la réunion', 11, fresh[1] ?? '')
  await page.getByRole('button', { name: 'Laisser de côté, ligne 13' }).tap()
  await expect(page.getByText('3 corrections en attente d’envoi')).toBeVisible()
  await page.waitForTimeout(30_000)
  await context.setOffline(false)
  await expect(page.getByText(/corrections? en attente d’envoi/)).toHaveCount(0, { timeout: 30_000 })
  // one link served two lines, so mending one mends both
  await expect(chip(page, 'À corriger', 3)).toBeVisible()
  await expect(chip(page, 'Laissées de côté', 1)).toBeVisible()

  await type(page, 'Mobile', 14, '06 39 98 11 14')
  await type(page, 'Représentant légal', 15, 'Anne Zimmer')
  await type(page, 'Mobile du représentant', 15, '06 39 98 11 15')
  await type(page, 'Nom', 16, `${family}OK`)
  await expect(chip(page, 'À corriger', 0)).toBeVisible()
  await checkAtEnd(page)

  await page.getByRole('button', { name: 'Vérifier et envoyer' }).tap()
  const dialog = page.getByRole('dialog', { name: 'Envoyer les invitations' })
  await expect(dialog).toContainText(/39 personnes, \d+ e-mails, \d+ SMS.*€, 1 ligne laissée de côté\./)
  await picture(page, 'envoyer')
  await checkAtEnd(page)
  await dialog.getByRole('button', { name: 'Envoyer à 39 personnes' }).tap()
  await expect(page.getByText('Vous pouvez quitter cette page').or(page.getByText('Tout est parti'))).toBeVisible()
  await expect(page.getByText('39 sur 39 personnes')).toBeVisible({ timeout: 60_000 })

  // Everybody got it once, but for one, who comes first with the reason.
  const first = rows[0]?.email ?? ''
  await expect.poll(async () => (await messagesTo(request, first)).length).toBe(1)
  await expect(page.getByRole('radio', { name: /Non remis 1$/ })).toBeVisible({ timeout: 60_000 })
  await picture(page, 'liste-partie')
  await checkAtEnd(page)
  const failed = page.locator('.entry').first()
  await expect(failed).toContainText('adresse.invalid')
  await failed.getByText('Corriger ou appeler').tap()
  await expect(failed).toContainText('le domaine de l’adresse e-mail n’existe pas')
  const right = `corrige-${family}@exemple.test`.toLowerCase()
  await failed.getByLabel('Adresse e-mail').fill(right)
  await failed.getByRole('button', { name: 'Corriger et renvoyer' }).tap()
  await expect.poll(async () => (await messagesTo(request, right)).length, { timeout: 30_000 }).toBe(1)

  // A patient answers while the list is on screen.
  const pocket = await browser.newContext({ viewport: phone })
  const patient = await pocket.newPage()
  await patient.goto(await personalLink(request, first))
  await patient.getByLabel('Jour').fill('1')
  await patient.getByLabel('Mois').fill('2')
  await patient.getByLabel('Année').fill('1950')
  await patient.getByRole('button', { name: 'Continuer' }).click()
  await patient.getByRole('button', { name: /J’accepte/ }).click()
  await expect(page.getByText('1 accord', { exact: true })).toBeVisible({ timeout: 30_000 })
  await pocket.close()

  const [result] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).tap()])
  const text = await readFile(await result.path(), 'utf8')
  expect(text.split('\r\n')[0]).toContain('Ligne;Nom;Prénom')
  expect(text).toContain(`;${family}AA;`)
  expect(text).toMatch(/laissé de côté/)

  await page.getByRole('button', { name: /ceux qui n’ont pas répondu \(38\)/ }).tap()
  await expect(page.getByRole('heading', { name: 'Personnes cochées' })).toBeVisible()
  await context.close()
})

test('people of the coming days are ticked, sent later, paused and cancelled', async ({ browser, request }) => {
  const family = letters()
  const rows = people(3, family)
  const { context, page } = await openTablet(browser, '/invitations')
  await drop(page, rows)
  await page.getByLabel('Tout est réglé ainsi').check()
  await page.getByRole('button', { name: 'Vérifier et envoyer' }).tap()
  const dialog = page.getByRole('dialog', { name: 'Envoyer les invitations' })
  await dialog.getByLabel('À une heure').check()
  await dialog.getByLabel('Jour et heure').fill(`${atHospital(24 * 60).date}T10:00`)
  await dialog.getByRole('button', { name: 'Envoyer à 3 personnes' }).tap()
  await expect(page.getByText('L’envoi partira')).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Pause' }).tap()
  await expect(page.getByText('En pause : rien ne part')).toBeVisible()
  await page.getByRole('button', { name: 'Reprendre' }).tap()
  await expect(page.getByText('L’envoi partira')).toBeVisible()
  await page.getByRole('button', { name: 'Annuler ce qui n’est pas parti' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Annuler ce qui n’est pas parti' }).tap()
  await expect(page.getByText('Arrêté : ce qui n’était pas parti ne partira pas.')).toBeVisible()
  await expect(page.locator('.counts > div', { hasText: 'annulés' })).toContainText('3', { timeout: 30_000 })
  expect(await messagesTo(request, rows[0]?.email ?? '')).toHaveLength(0)

  // Somebody of the demo who has not answered is ticked; nothing was typed anywhere.
  await page.getByRole('link', { name: 'Envois' }).tap()
  await page.getByRole('radio', { name: /Cocher des personnes/ }).check()
  await page.getByRole('radio', { name: 'Demain' }).check()
  await page.getByLabel(/DUPONT Jeanne/).check()
  await picture(page, 'cocher')
  await checkAtEnd(page)
  await page.getByRole('button', { name: 'Préparer l’envoi (1)' }).tap()
  await expect(page.getByRole('heading', { name: 'Personnes cochées' })).toBeVisible()
  await expect(page.getByRole('row', { name: /DUPONT Jeanne/ })).toContainText('Information par')
  await context.close()
})

test('a list is pasted on a phone; a file that is none is refused in plain words', async ({ browser }) => {
  const { page, context } = await open(browser, 'secretaire', phone, '/invitations')
  await page.getByRole('radio', { name: /Choisir un fichier/ }).check()
  await page.locator('input[type=file]').setInputFiles({
    name: 'liste.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Nom;Mobile\r\nDurand;=1+1\r\n'),
  })
  await expect(page.getByText(/formule/).first()).toBeVisible()
  await page.getByRole('radio', { name: /Coller/ }).check()
  const day = atHospital(4 * 24 * 60)
    .date.split('-')
    .reverse()
    .join('/')
  const family = letters()
  await page
    .getByLabel('Lignes d’un tableur, ou invitations Zoom')
    .fill(`Nom\tPrénom\tNé(e) le\tMobile\tDate\tHeure\n${family}\tLéa\t01/02/1960\t639981177\t${day}\t14:30`)
  await page.getByRole('button', { name: 'Lire la liste' }).click()
  await expect(page.getByRole('heading', { name: 'Liste collée' })).toBeVisible()
  await expect(page.getByText(`${family} Léa`)).toBeVisible()
  await expect(page.getByText('Le zéro du début manquait')).toBeVisible()
  await picture(page, 'liste-telephone')
  await checkAtEnd(page)
  await context.close()
})

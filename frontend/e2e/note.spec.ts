import { execFileSync } from 'node:child_process'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { check } from './axe'
import { atHospital, open, phone, zoomInvitation } from './people'
import { picture } from './pictures'

const declared = [
  'id_generated',
  'password_required',
  'host_video_on',
  'participant_video_on',
  'audio_both',
  'no_join_before_host',
  'waiting_room_on',
  'no_auto_recording',
]

/** What the practitioner's browser sends, without the screens that other stories walk through. */
async function send(page: Page, path: string, data: unknown, status = 200) {
  const headers = { 'X-Requested-With': 'teleconsult', 'Idempotency-Key': crypto.randomUUID() }
  const answer = await page.request.post(`/api/v1${path}`, { headers, data: data as object })
  expect(answer.status(), `${path}: ${await answer.text()}`).toBe(status)
  return answer.json()
}

/** A consultation that was held and finished a moment ago. */
async function held(page: Page, familyName: string): Promise<string> {
  const me = await (await page.request.get('/api/v1/session')).json()
  const when = atHospital(15)
  const planned = await send(
    page,
    '/encounters',
    {
      departmentId: me.departments[0].id,
      practitionerId: me.staff.id,
      date: when.date,
      time: when.time,
      durationMinutes: 20,
      modality: 'video',
      tool: 'zoom',
      toolReason: 'ORTIF en panne',
      repeatedHour: 'first',
      patient: {
        familyName,
        givenName: 'Hélène',
        birthDate: '1961-04-09',
        email: `${familyName.toLowerCase()}@exemple.test`,
        mobile: '',
        language: 'fr',
      },
    },
    201,
  )
  const path = `/encounters/${planned.id}`
  await send(page, `${path}/appointment`, {})
  await send(page, `${path}/link`, { text: zoomInvitation(when), declared })
  await send(page, `${path}/start`, { oralConsent: { givenBy: 'patient' } })
  await send(page, `${path}/finish`, { incidents: [] })
  return path
}

async function record(page: Page) {
  const step = page.locator('#step-record')
  const details = step.locator('details').first()
  if ((await details.getAttribute('open')) === null) await details.locator('summary').first().click()
  await expect(step.getByLabel('Constatations')).toBeVisible()
  return step
}

/** Waits until the worker has the whole application and looks after this page. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
  })
}

/** The page ends as by a lack of memory: nothing of it runs any more, not even a goodbye. */
async function crash(context: BrowserContext, page: Page): Promise<void> {
  const gone = page.waitForEvent('crash')
  const session = await context.newCDPSession(page)
  void session.send('Page.crash').catch(() => undefined)
  await gone
  await page.close()
}

test('every word outlives an outage and a crash, and reaches the server', async ({ browser }) => {
  const device = await open(browser, 'medecin', phone)
  const { context } = device
  let { page } = device
  const path = await held(page, 'Marchand')
  await page.goto(path)
  await installed(page)
  let step = await record(page)
  await expect(step.getByText('Rien n’est encore écrit.')).toBeVisible()
  await step.getByLabel('Constatations').pressSequentially('Toux sèche depuis huit jours.')
  await expect(step.getByText('Enregistré', { exact: true })).toBeVisible()

  await context.setOffline(true)
  await step.getByLabel('Constatations').pressSequentially(' Pas de fièvre.')
  await step.getByLabel('Conclusion et décisions').pressSequentially('Bronchite.\nPas de passage sur place.')
  await expect(step.getByText('vos mots sont gardés sur cet appareil')).toBeVisible()
  await step.getByLabel('Prescriptions et suites').pressSequentially('Repos, rappel lundi')
  await crash(context, page)

  page = await context.newPage()
  await page.goto(path)
  step = await record(page)
  await expect(step.getByLabel('Constatations')).toHaveValue('Toux sèche depuis huit jours. Pas de fièvre.')
  await expect(step.getByLabel('Conclusion et décisions')).toHaveValue('Bronchite.\nPas de passage sur place.')
  await expect(step.getByLabel('Prescriptions et suites')).toHaveValue('Repos, rappel lundi')
  await picture(page, 'compte-rendu-hors-connexion')

  await context.setOffline(false)
  await expect(step.getByText('Enregistré', { exact: true })).toBeVisible()
  await expect(step.locator('pre.note')).toContainText('Repos, rappel lundi')
  const stored = await (await page.request.get(`/api/v1${path}/note`)).json()
  expect(stored.draft.findings).toBe('Toux sèche depuis huit jours. Pas de fièvre.')
  await context.close()
})

test('two devices write at once: neither text is lost', async ({ browser }) => {
  const one = await open(browser, 'medecin', phone)
  const path = await held(one.page, 'Duval')
  const two = await open(browser, 'medecin', phone, path)
  await one.page.goto(path)
  const [left, right] = [await record(one.page), await record(two.page)]
  await left.getByLabel('Constatations').fill('Vu au téléphone.')
  await expect(left.getByText('Enregistré', { exact: true })).toBeVisible()
  await right.getByLabel('Constatations').fill('Vu à l’ordinateur.')
  await expect(right.getByText('Un autre appareil a enregistré un texte différent.')).toBeVisible()
  await expect(right.getByText('Vu au téléphone.').first()).toBeVisible()
  await expect(right.getByLabel('Constatations')).toHaveValue('Vu à l’ordinateur.')
  await check(two.page)
  await picture(two.page, 'compte-rendu-deux-appareils')
  await right.getByRole('button', { name: 'Garder les deux' }).click()
  await expect(right.getByLabel('Constatations')).toHaveValue('Vu au téléphone.\n\nVu à l’ordinateur.')
  await expect(right.getByText('Enregistré', { exact: true })).toBeVisible()
  for (const device of [one.context, two.context]) await device.close()
})

test('copied, printed, put into the record, corrected, and closed once nothing is missing', async ({ browser }) => {
  const { page, context } = await open(browser, 'medecin', phone)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const path = await held(page, 'Leclerc')
  await page.goto(path)
  const step = await record(page)
  await step.getByLabel('Constatations').fill('Éruption de l’avant-bras.\n\nPas de fièvre.')
  await step.getByLabel('Conclusion et décisions').fill('Dermatite de contact.')
  await expect(step.getByText('Enregistré', { exact: true })).toBeVisible()
  await check(page)

  // What is missing is said, with its step, and refused by the server too.
  await expect(step.getByRole('link', { name: /identité du patient a été vérifiée/ })).toBeVisible()
  await expect(step.getByRole('link', { name: /ordonnance/ })).toHaveAttribute('href', '#step-prescription')
  const refusal = await send(page, `${path}/close`, {}, 409)
  expect(refusal.code).toBe('encounter_incomplete')
  expect(refusal.violations.map((v: { code: string }) => v.code)).toEqual([
    'identity_check_missing',
    'prescription_missing',
    'record_missing',
    'coding_missing',
  ])
  await step.getByLabel('Contrôle de l’identité').selectOption('document')
  await step.getByLabel('Autres participants').fill('Mme Lise Blanc, infirmière, près du patient')
  await expect(step.locator('pre.note')).toContainText('Lise Blanc')
  await step.getByLabel('Constatations').scrollIntoViewIfNeeded()
  await picture(page, 'compte-rendu-champs')

  await step.getByRole('button', { name: 'Copier le compte rendu' }).click()
  await expect(step.getByText('Copié.')).toBeVisible()
  await picture(page, 'compte-rendu-texte')
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain("  Éruption de l'avant-bras.\n\n  Pas de fièvre.\n")
  expect(copied).toContain("pièce d'identité présentée à la")
  expect(Math.max(...copied.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80)
  await step.getByRole('button', { name: 'Versé dans ORBIS' }).click()
  await expect(step.locator('.state.done')).toBeVisible()
  await record(page)
  await expect(step.getByText(/Version 1 versée par Dr Claire Martin/)).toBeVisible()

  // A correction is a new version, and the step comes back by itself.
  await step.getByLabel('Prescriptions et suites').fill('Dermocorticoïde, contrôle dans quinze jours.')
  await expect(step.getByText('versez la version 2')).toBeVisible()
  await expect(step.locator('.state.todo')).toBeVisible()
  await expect(step.locator('pre.note')).toContainText('Version : 2, remplace la version 1 versée le')
  await step.getByRole('button', { name: 'Nouvelle version versée' }).click()
  await expect(step.locator('.state.done')).toBeVisible()
  await record(page)
  await expect(step.getByText(/Version 2 versée par Dr Claire Martin/)).toBeVisible()
  await step.getByText('Versions versées').click()
  await expect(step.getByText(/^Version 1, /)).toBeVisible()
  await check(page)

  const waiting = page.waitForEvent('download')
  await step.getByRole('link', { name: 'PDF' }).click()
  const download = await waiting
  expect(download.suggestedFilename()).toBe('compte-rendu-v2.pdf')
  const file = (await download.path()) ?? ''
  expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain('No syntax or stream encoding errors')
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
  for (const words of [
    'LECLERC Hélène',
    'Éruption de l',
    'Dermocorticoïde',
    'Version 2',
    'Page 1 sur',
    'Médecine interne',
  ])
    expect(text).toContain(words)

  // The other steps, then the closing, which stands at the top once the chain is complete.
  await send(page, `${path}/prescription`, { channel: 'none', state: 'delivered', wantedToday: false })
  await expect(step.getByText('versez la version 3')).toBeVisible()
  await step.getByRole('button', { name: 'Nouvelle version versée' }).click()
  await send(page, `${path}/coding`, { state: 'not-billable', reason: 'acte gratuit' })
  await expect(page.getByRole('button', { name: 'Clore le dossier' })).toBeVisible()
  await check(page)
  await page.getByRole('button', { name: 'Clore le dossier' }).click()
  await expect(
    page.getByText(/Dossier complet, clos le \d\d.\d\d.\d{4} à \d\d:\d\d par Dr Claire Martin/),
  ).toBeVisible()
  await page.evaluate(() => scrollTo(0, 0))
  await picture(page, 'dossier-clos')

  // A later correction opens it again.
  await (await record(page)).getByLabel('Conclusion et décisions').fill('Eczéma de contact.')
  await expect(page.getByText(/Dossier complet/)).toBeHidden()
  await expect(page.getByRole('link', { name: /à verser au dossier/ })).toBeVisible()
  await context.close()
})

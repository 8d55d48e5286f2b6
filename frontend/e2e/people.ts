/** What every story needs: the people of the demo, the patient's post, the department's clock. */
import {
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  expect,
  type Locator,
  type Page,
} from '@playwright/test'
import { hospitalZone } from './zone'

export const phone = { width: 390, height: 844 }
export const tablet = { width: 1024, height: 768 }
export const smallPhone = { width: 360, height: 640 }

export const password = 'teleconsult-demo'
export type Person = 'medecin' | 'secretaire' | 'cadre' | 'admin' | 'medecin2'

export async function signIn(page: Page, who: Person, options: { shared?: boolean } = {}): Promise<void> {
  await page.getByLabel('Adresse professionnelle').fill(`${who}@demo.test`)
  await page.getByLabel('Mot de passe').fill(password)
  if (options.shared) await page.getByLabel(/Appareil partagé/).check()
  await page.getByRole('button', { name: 'Se connecter', exact: true }).click()
  await expect(page.getByRole('navigation')).toBeVisible()
}

/** A device of its own for one person. */
export async function open(browser: Browser, who: Person, viewport: { width: number; height: number }, path = '/') {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  await page.goto(path)
  await signIn(page, who)
  return { context, page }
}

/** The demo's day lies around the moment the server started, so near midnight it is on two days. */
export async function demo(page: Page, familyName: string): Promise<{ path: string; day: string }> {
  const me = await (await page.request.get('/api/v1/session')).json()
  for (const days of [0, 1, -1]) {
    const { date } = atHospital(days * 24 * 60)
    const list = `/api/v1/worklists/day?departmentId=${me.departments[0].id}&date=${date}`
    const rows = (await (await page.request.get(list)).json()) as {
      items: { id: string; patient: { familyName: string } }[]
    }
    const found = rows.items.find((row) => row.patient.familyName === familyName)
    if (found) return { path: `/encounters/${found.id}`, day: `/?date=${date}` }
  }
  throw new Error(`no ${familyName} in the demo`)
}

/** Somebody who is planned through the form, as a secretary does it. */
export interface NewPatient {
  name: string
  email: string
  mobile?: string
  date: string
  time: string
}

/** Fills the form and sends it; an address that looks mistyped is insisted on. */
export async function plan(page: Page, who: NewPatient): Promise<void> {
  await page.getByLabel('Chercher un patient').fill(who.name)
  await page.getByRole('button', { name: 'Nouveau patient' }).click()
  await page.getByLabel('Date de naissance').fill('02/11/1971')
  await page.getByLabel('Adresse e-mail').fill(who.email)
  if (who.mobile) await page.getByLabel('Téléphone mobile').fill(who.mobile)
  await page.getByLabel('Praticien', { exact: true }).selectOption({ index: 1 })
  await page.locator('input[type=date]').fill(who.date)
  await page.getByLabel('Heure', { exact: true }).fill(who.time)
  await page.getByRole('button', { name: 'Prévoir et informer' }).click()
}

export interface Mail {
  channel: 'email' | 'sms'
  to: string
  subject: string
  text: string
}

/** The personal link in the newest message to an address; waits until the message has come. */
export async function personalLink(request: APIRequestContext, to: string): Promise<string> {
  let found: string | undefined
  await expect
    .poll(
      async () => {
        const all = (await (await request.get('/dev/mailbox.json')).json()) as Mail[]
        found = all
          .filter((mail) => mail.to.includes(to))
          .map((mail) => /https?:\/\/[^\s"<>]+\/p\/\w{16}/.exec(mail.text)?.[0])
          .find(Boolean)
        return found
      },
      { timeout: 20_000 },
    )
    .toBeTruthy()
  return new URL(found ?? '').pathname
}

/** How many messages an address has got. */
export async function messagesTo(request: APIRequestContext, to: string): Promise<Mail[]> {
  const all = (await (await request.get('/dev/mailbox.json')).json()) as Mail[]
  return all.filter((mail) => mail.to.includes(to))
}

/** The newest message to an address, once there are so many. */
export async function newestTo(request: APIRequestContext, to: string, count = 1): Promise<Mail> {
  await expect.poll(async () => (await messagesTo(request, to)).length, { timeout: 30_000 }).toBe(count)
  const [newest] = await messagesTo(request, to)
  if (!newest) throw new Error(`nothing to ${to}`)
  return newest
}

/** The wall clock of the demo hospital some minutes from now. */
export function atHospital(minutes: number): { date: string; time: string; french: string } {
  const at = new Date(Date.now() + minutes * 60_000)
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: hospitalZone(),
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at)
  const [date = '', time = ''] = text.split(' ')
  const french = new Intl.DateTimeFormat('fr-FR', {
    timeZone: hospitalZone(),
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(at)
  return { date, time, french }
}

/** An invitation as Zoom writes it in French, for a meeting that nobody has used. */
export function zoomInvitation(when: { french: string; time: string }): string {
  const id = String(80_000_000_000 + Math.floor(Math.random() * 9_999_999_999))
  const spaced = `${id.slice(0, 3)} ${id.slice(3, 7)} ${id.slice(7)}`
  return [
    'Claire Martin vous invite à une réunion Zoom planifiée.',
    '',
    'Sujet : Rendez-vous AP-HP',
    `Heure : ${when.french} ${when.time} ${hospitalZone().split('/')[1]}`,
    '',
    'Participer à la réunion Zoom',
    `https://us02web.zoom.us/j/${id}?pwd=Zm9vYmFyMTIzNDU2Nzg5.1`,
    '',
    `ID de réunion : ${spaced}`,
    'Code secret : 042917',
  ].join('\n')
}

/** Meetings open in another window: nothing of the tests leaves this machine. */
export async function standInForZoom(context: BrowserContext): Promise<void> {
  await context.route(/^https:\/\/[\w.]*zoom\.us\//, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Zoom</title>' }),
  )
}

/** Makes the channels of the prescription's step visible, also when one was taken already. */
export async function chooseAgain(step: Locator): Promise<void> {
  const again = step.getByRole('button', { name: 'Remettre par un autre canal' })
  const proposed = step.getByText(/^Proposé/)
  await expect(again.or(proposed).first()).toBeVisible()
  if (await again.isVisible()) await again.click()
  await expect(proposed).toBeVisible()
}

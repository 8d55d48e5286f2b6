/** What every screen is checked for: WCAG, targets for a thumb, nothing that runs out sideways. */
import { expect, type Page } from '@playwright/test'
import axe, { type AxeResults } from 'axe-core'

/** WCAG 2.2, levels A and AA, and what axe holds to be good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const results = await page.evaluate(
    (values) => (window as unknown as { axe: typeof axe }).axe.run(document, { runOnly: { type: 'tag', values } }),
    tags,
  )
  return (results as AxeResults).violations.map(
    (v) => `${v.id}: ${v.help} — ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`,
  )
}

/** Controls smaller than a thumb (44 px both ways), but for links within a text. */
async function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, a.btn, nav a, a.row, summary, select, input, textarea',
    )
    return [...controls]
      .filter((e) => e.checkVisibility() && !e.closest('.visually-hidden'))
      .map((e) => ({ e, box: (e.closest('label') ?? e).getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
      .map(({ e, box }) => `${e.outerHTML.slice(0, 120)} ${Math.round(box.width)}×${Math.round(box.height)}`)
  })
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Fails with everything that is wrong with the screen as it stands. */
export async function check(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([])
  expect(await small(page)).toEqual([])
  expect(await sideways(page)).toBe(0)
}

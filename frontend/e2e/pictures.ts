/** Pictures of the main screens for the README, taken on the way when PICTURES names a folder. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'

export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
}

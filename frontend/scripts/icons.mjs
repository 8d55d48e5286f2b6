// Writes what is drawn: the sprite of Lucide icons that screens name, and the application's own icons as PNG.
// Run by hand (`npm run icons`) when either changes; both results are committed.
import { readFile, writeFile } from 'node:fs/promises'
import { chromium } from '@playwright/test'

const names = [
  'ban',
  'calendar-days',
  'calendar-plus',
  'check',
  'chevron-left',
  'chevron-right',
  'circle',
  'circle-alert',
  'circle-check',
  'circle-help',
  'circle-user-round',
  'clipboard-paste',
  'clock',
  'copy',
  'download',
  'external-link',
  'file-up',
  'history',
  'hourglass',
  'link',
  'list-checks',
  'list-todo',
  'log-out',
  'mail',
  'message-square-text',
  'minus',
  'pause',
  'pencil',
  'phone',
  'play',
  'refresh-cw',
  'search',
  'send',
  'shield-check',
  'square',
  'trash-2',
  'triangle-alert',
  'user-round',
  'video',
  'wifi-off',
  'x',
]

/** @param {string} name */
async function symbol(name) {
  const aliases = { 'circle-help': 'circle-question-mark' }
  const file = (/** @type {string} */ n) => new URL(`../node_modules/lucide-static/icons/${n}.svg`, import.meta.url)
  const svg = await readFile(file(name), 'utf8').catch(() =>
    readFile(file(aliases[/** @type {'circle-help'} */ (name)] ?? name), 'utf8'),
  )
  const body = svg
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace('</svg>', '')
    .replace(/\s*\n\s*/g, '')
    .replace(/ \/>/g, '/>')
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`
}

const symbols = await Promise.all(names.map(symbol))
await writeFile('src/ui/icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`)
await writeFile(
  'src/ui/icon-names.ts',
  `/** Written by scripts/icons.mjs. */\nexport type IconName =\n${names.map((n) => `  | '${n}'`).join('\n')}\n`,
)

const logo = await readFile('public/logo.svg', 'utf8')
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
for (const { name, size, inset } of [
  { name: 'icon-192', size: 192, inset: 0 },
  { name: 'icon-512', size: 512, inset: 0 },
  // A launcher may cut a maskable icon to a circle of 80 %.
  { name: 'icon-maskable-512', size: 512, inset: 0.14 },
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const drawn = Math.round(size * (1 - 2 * inset))
  const back = inset ? '#0b4f82' : 'transparent'
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${back}">${logo.replace('<svg', `<svg width="${drawn}" height="${drawn}"`)}</body>`,
  )
  await page.screenshot({ path: `public/${name}.png`, omitBackground: true })
  await page.close()
}
await browser.close()

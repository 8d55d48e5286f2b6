// After `vite build`: the service worker with the list of files, and a Brotli copy of every text.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { build } from 'vite'

const dist = 'dist'
const compress = promisify(brotliCompress)
const texts = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest'])

/** @param {string} path */
const hashOf = async (path) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('base64url')
    .slice(0, 10)

const all = (await readdir(dist, { recursive: true, withFileTypes: true }))
  .filter((e) => e.isFile() && !e.name.startsWith('.') && !e.name.endsWith('.br') && e.name !== 'sw.js')
  .map((e) => join(e.parentPath, e.name).slice(dist.length))
  .sort()

/** @param {string} name */
const asset = (name) => {
  const found = all.find((path) => path.startsWith(`/assets/${name}-`) && path.endsWith('.js'))
  if (!found) throw new Error(`no chunk ${name}`)
  return found
}

// The first screen's code is asked for beside the entry, not after it; the full style sheet comes after the
// static shell, which has its own inline styles, so that it does not hold up the first paint.
const html = await readFile(join(dist, 'index.html'), 'utf8')
const sheet = /\s*<link rel="stylesheet"[^>]*href="([^"]+)">/.exec(html)
if (!sheet) throw new Error('no style sheet in index.html')
const preload = `    <link rel="modulepreload" href="${asset('agenda')}">\n`
await writeFile(
  join(dist, 'index.html'),
  html
    .replace(sheet[0], '')
    .replaceAll(' crossorigin', '')
    .replace('  </head>', `${preload}  </head>`)
    .replace('    <noscript>', `    <link rel="stylesheet" href="${sheet[1]}">\n    <noscript>`),
)

// The large icons are for the launcher, which fetches them itself. What a manager looks at and changes at a desk is
// nothing without the server: it is fetched when it is opened.
const desk = [
  'figures',
  'panels',
  'codes',
  'wordings',
  'wording-editor',
  'wording-preview',
  'wording-history',
  'wording-trial',
]
const atDesk = new RegExp(`^/assets/(${desk.join('|')})-[\\w-]{8}\\.js$`)
const kept = all.filter((path) => !/icon-.*\.png$/.test(path) && !atDesk.test(path))
const files = await Promise.all(kept.map(async (path) => [path, await hashOf(join(dist, path))]))

await build({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  define: { __FILES__: JSON.stringify(files) },
  build: {
    outDir: dist,
    emptyOutDir: false,
    reportCompressedSize: false,
    modulePreload: false,
    lib: { entry: 'worker/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
  },
})

for (const path of [...all, '/sw.js']) {
  const full = join(dist, path)
  await rm(`${full}.br`, { force: true })
  if (!texts.has(extname(path))) continue
  const raw = await readFile(full)
  const small = await compress(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  })
  if (small.length < raw.length) await writeFile(`${full}.br`, small)
}

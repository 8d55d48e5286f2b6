// The byte budgets of the staff application. Fails when one is broken. Sizes are Brotli, as they are served.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const dist = 'dist'
const limits = { html: 2500, first: 20_000, chunk: 6_000, worker: 3_500, precache: 150_000, styles: 4_000 }

/** @param {string} path Size as served. */
const served = (path) => {
  try {
    return statSync(join(dist, `${path}.br`)).size
  } catch {
    return statSync(join(dist, path)).size
  }
}

const assets = readdirSync(join(dist, 'assets')).filter((name) => !name.endsWith('.br'))
const scripts = assets.filter((name) => name.endsWith('.js'))

/** @param {string} name */
const code = (name) => readFileSync(join(dist, 'assets', name), 'utf8')

/** @param {string} prefix */
const chunk = (prefix) => {
  const found = scripts.find((name) => name.startsWith(`${prefix}-`) && !name.includes('.en-'))
  if (!found) throw new Error(`no chunk ${prefix}`)
  return found
}

/** Files that a chunk cannot run without. @param {string} name @param {Set<string>} seen */
function needs(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const match of code(name).matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) needs(match[1] ?? '', seen)
  return seen
}

const entry = /src="\/assets\/([^"]+)"/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))?.[1] ?? ''
const base = needs(entry)
const first = new Set([...base, ...needs(chunk('agenda'))])
const sum = (/** @type {Iterable<string>} */ names) => [...names].reduce((n, name) => n + served(`assets/${name}`), 0)

const files = JSON.parse(
  /\[\[(?:`|").*?\]\]/s.exec(readFileSync(join(dist, 'sw.js'), 'utf8'))?.[0].replaceAll('`', '"') ?? '[]',
)
const rows = [
  ['index.html', served('index.html'), limits.html],
  ['JavaScript before the first content', sum(first), limits.first],
  ['style sheet', sum(assets.filter((name) => name.endsWith('.css'))), limits.styles],
  ['service worker', served('sw.js'), limits.worker],
  [
    `precache (${files.length} files)`,
    files.reduce((/** @type {number} */ n, /** @type {string[]} */ f) => n + served(f[0] ?? ''), 0),
    limits.precache,
  ],
]
for (const name of scripts) {
  if (!first.has(name))
    rows.push([`chunk ${name.replace(/-[\w-]{8}\.js$/, '')}`, served(`assets/${name}`), limits.chunk])
}

let broken = files.length === 0
for (const [name, bytes, limit] of rows) {
  const over = bytes > limit
  broken ||= over
  if (over || !String(name).startsWith('chunk') || process.argv.includes('--all'))
    console.log(`${over ? 'OVER' : '  ok'}  ${String(bytes).padStart(6)} / ${String(limit).padStart(6)}  ${name}`)
}
const largest = rows.filter(([name]) => String(name).startsWith('chunk')).sort((a, b) => Number(b[1]) - Number(a[1]))[0]
if (largest)
  console.log(
    `  ok  ${String(largest[1]).padStart(6)} / ${String(limits.chunk).padStart(6)}  largest further ${largest[0]}`,
  )
if (broken) {
  console.error('A byte budget is broken (see OVER above).')
  process.exit(1)
}

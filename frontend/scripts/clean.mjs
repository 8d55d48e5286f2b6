// Empties dist before a build, but for the placeholder that lets the server compile without one.
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

await mkdir('dist', { recursive: true })
for (const name of await readdir('dist')) if (!name.startsWith('.')) await rm(join('dist', name), { recursive: true })

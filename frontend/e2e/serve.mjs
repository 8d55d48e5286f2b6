// The real binary with its embedded database in a folder of its own, gone when the tests are.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const data = mkdtempSync(join(tmpdir(), 'teleconsult-e2e-'))
// For root Postgres runs as another user, who must be able to pass; else the cluster goes to /var/lib and stays there.
chmodSync(data, 0o755)
const binary = process.env.TELECONSULT_BIN ?? '../bin/teleconsult'
const { DATABASE_URL: _, ...env } = process.env
const server = spawn(binary, ['serve'], { env: { ...env, DATA_DIR: data }, stdio: ['ignore', 'ignore', 'inherit'] })

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) process.on(signal, () => server.kill(signal))
server.on('exit', (code) => {
  rmSync(data, { recursive: true, force: true })
  process.exit(code ?? 0)
})

import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Vite wraps every dynamic import in a helper for preloads and split style sheets; we have neither. */
function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    load(id) {
      return id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = (load) => load()' : undefined
    },
  }
}

export default defineConfig({
  plugins: [plainImports()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome107', 'firefox104', 'safari16'],
    assetsInlineLimit: 0,
    // One style sheet and plain imports: the preload helper would cost more than it saves.
    modulePreload: false,
    cssCodeSplit: false,
    emptyOutDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What nearly every screen needs comes as one file beside the entry, not as a dozen of small ones.
        codeSplitting: {
          groups: [
            {
              name: 'core',
              test: /node_modules|src\/(main|layout|routes|update-state)\.tsx?|src\/(api|i18n|ui)\/(?!.*\.en\.ts)(?!planned|start|meeting|money|contact|dialog|field|command|drafts|use-draft|live|failure.tsx)/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': 'http://localhost:8080', '/dev': 'http://localhost:8080', '/p': 'http://localhost:8080' },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'worker/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
  },
})

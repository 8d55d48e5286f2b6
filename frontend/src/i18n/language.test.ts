import { afterEach, describe, expect, it, vi } from 'vitest'
import { setLanguage, table } from './language'

const fr = { hello: 'Bonjour', count: (n: number) => `${n} fois`, deep: { word: 'mot' } } as const
const en = { hello: 'Hello', count: (n: number) => `${n} times`, deep: { word: 'word' } }

afterEach(() => setLanguage('fr'))

describe('table', () => {
  it('speaks French at once and does not fetch the other', () => {
    const load = vi.fn(() => new Promise<never>(() => {}))
    const t = table(fr, load)
    expect(t().hello).toBe('Bonjour')
    expect(load).not.toHaveBeenCalled()
  })

  it('speaks French until English has come, then English', async () => {
    const t = table(fr, () => Promise.resolve({ default: en }))
    setLanguage('en')
    expect(t().hello).toBe('Bonjour')
    await vi.waitFor(() => expect(t().hello).toBe('Hello'))
    expect(t().count(2)).toBe('2 times')
    expect(document.documentElement.lang).toBe('en')
    setLanguage('fr')
    expect(t().deep.word).toBe('mot')
  })

  it('stays in French when English cannot be fetched', async () => {
    const load = vi.fn(() => Promise.reject(new Error('offline')))
    const t = table(fr, load)
    setLanguage('en')
    await vi.waitFor(() => expect(load).toHaveBeenCalled())
    expect(t().hello).toBe('Bonjour')
  })

  it('remembers the choice on the device', () => {
    setLanguage('en')
    expect(localStorage.getItem('teleconsult.language')).toBe('en')
  })
})

/** Every table of texts, so that a key with an empty text, or a text left in French, is found. */
const tables = import.meta.glob<{ default: Record<string, unknown> }>('../**/*.{fr,en}.ts', { eager: true })

function shape(value: unknown, path = ''): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`))
  return [`${path}:${typeof value}`]
}

describe('every table', () => {
  const french = Object.keys(tables).filter((path) => path.endsWith('.fr.ts'))

  it.each(french)('%s has its English, of the same shape', (path) => {
    const other = tables[path.replace('.fr.ts', '.en.ts')]
    expect(shape(other?.default).sort()).toEqual(shape(tables[path]?.default).sort())
  })

  it.each(Object.keys(tables))('%s has no empty text', (path) => {
    const empty = (value: unknown): boolean =>
      typeof value === 'object' && value !== null ? Object.values(value).some(empty) : value === ''
    expect(empty(tables[path]?.default)).toBe(false)
  })
})

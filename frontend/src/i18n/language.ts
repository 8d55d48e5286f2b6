/** French first; the second language is fetched when it is asked for. A key missing in it does not compile. */
import { computed, effect, signal } from '@preact/signals'

export type LanguageCode = 'fr' | 'en'

type Value = string | ((...args: never[]) => string) | { readonly [key: string]: Value }

/** The same keys and parameters, other words. */
export type Translated<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Translated<T[K]> }

const languageKey = 'teleconsult.language'

function remembered(): LanguageCode {
  return localStorage.getItem(languageKey) === 'en' ? 'en' : 'fr'
}

export const language = signal<LanguageCode>(remembered())

export function setLanguage(code: LanguageCode): void {
  language.value = code
  localStorage.setItem(languageKey, code)
}

/** The locale that dates and numbers are written in. */
export const locale = computed(() => (language.value === 'en' ? 'en-GB' : 'fr-FR'))

/**
 * A table of texts: call it to have the words of the current language. French until the other has come.
 */
export function table<const T extends { readonly [key: string]: Value }>(
  fr: T,
  loadEnglish: () => Promise<{ default: Translated<T> }>,
): () => Translated<T> {
  const english = signal<Translated<T> | undefined>(undefined)
  let asked = false
  effect(() => {
    if (language.value !== 'en' || asked) return
    asked = true
    loadEnglish().then(
      (m) => {
        english.value = m.default
      },
      () => {
        asked = false
      },
    )
  })
  return () => (language.value === 'en' ? english.value : undefined) ?? (fr as unknown as Translated<T>)
}

effect(() => {
  document.documentElement.lang = language.value
})

/** Numbers as people of the language write them. */
import { locale } from '../../i18n/language'

export function showNumber(n: number): string {
  return new Intl.NumberFormat(locale.value).format(n)
}

/** Hundredths, with a decimal where it says something. */
export function showPercent(hundredths: number): string {
  const digits = hundredths > 0 && hundredths < 10 ? 1 : 0
  return new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: digits }).format(
    hundredths / 100,
  )
}

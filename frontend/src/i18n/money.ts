/** Cents as money: a part of a cent is shown where there is one. */
export function money(cents: number, locale: string, currency = 'EUR'): string {
  const digits = Number.isInteger(cents) ? 2 : 3
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
  }).format(cents / 100)
}

/** Euros as they are typed, in cents: undefined for nothing, null for what is no amount. */
export function centsOf(typed: string): number | undefined | null {
  const text = typed.replace(/[\s\u202f€]/g, '').replace(',', '.')
  if (text === '') return undefined
  return /^\d{1,6}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : null
}

/** Cents as somebody would type them, in the decimal mark of French. */
export function typedEuros(cents: number | undefined): string {
  return cents === undefined ? '' : (cents / 100).toFixed(2).replace('.', ',')
}

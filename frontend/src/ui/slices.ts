import { useEffect, useState } from 'preact/hooks'

const first = 20
const slice = 40

/** The first rows at once, the rest in slices after the paint, so that a long list does not hold up the first. */
export function useSlices<T>(items: readonly T[]): readonly T[] {
  const [shown, setShown] = useState(first)
  useEffect(() => {
    if (shown >= items.length) return
    const frame = requestAnimationFrame(() => setShown(shown + slice))
    return () => cancelAnimationFrame(frame)
  }, [shown, items.length])
  return shown >= items.length ? items : items.slice(0, shown)
}

import type { ComponentChildren } from 'preact'
import { showDay } from '../../i18n/dates'
import { Bars, Lines } from './chart'
import { type Row, type Series, share, sum } from './measures'
import { showNumber, showPercent } from './show'
import { texts } from './texts'

interface PanelProps {
  title: string
  /** What the whole period comes to. */
  summary: ComponentChildren
  hint?: string | undefined
  all?: boolean
  children: ComponentChildren
}

export function Panel({ title, summary, hint, all, children }: PanelProps) {
  return (
    <section class={all ? 'card stack all' : 'card stack'}>
      <div>
        <h2>{title}</h2>
        <p>{summary}</p>
        {hint && <p class="hint">{hint}</p>}
      </div>
      {children}
    </section>
  )
}

interface ScrollProps {
  label: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}

/** A table that moves within its panel, also by the keyboard. */
export function Table({ label, head, rows }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table class="small num">
        <thead>
          <tr>
            {head.map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others], r) => (
            <tr key={r}>
              <th scope="row">{first}</th>
              {others.map((cell, i) => (
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface WeeklyProps {
  kind: 'bars' | 'shares' | 'lines'
  title: string
  summary: string
  hint?: string
  mondays: readonly string[]
  series: readonly Series[]
  show?: (value: number) => string
  /** There is something to draw. */
  any: boolean
  none: string
}

/** A chart by week, and the same as a table. */
export function Weekly({ kind, title, summary, hint, mondays, series, show = showNumber, any, none }: WeeklyProps) {
  const t = texts()
  const label = t.chart(title, summary)
  return (
    <Panel title={title} summary={any ? summary : none} hint={any ? hint : undefined}>
      {any && (
        <>
          {kind === 'bars' && <Bars label={label} mondays={mondays} series={series} show={showNumber} />}
          {kind === 'lines' && <Lines label={label} mondays={mondays} series={series} show={showNumber} />}
          {kind === 'shares' && <Lines label={label} mondays={mondays} series={series} show={showPercent} top={100} />}
          <details>
            <summary>
              {t.table}
              <span class="visually-hidden"> : {title}</span>
            </summary>
            <Table
              label={title}
              head={[t.week, ...series.map((s) => s.name)]}
              rows={mondays.map((monday, i) => [
                showDay(monday, { weekday: undefined, month: 'short', year: 'numeric' }),
                ...series.map((s) => cell(s, i, show)),
              ])}
            />
          </details>
        </>
      )}
    </Panel>
  )
}

function cell(s: Series, i: number, show: (value: number) => string): string {
  const value = s.values[i] ?? null
  if (value === null) return '–'
  const part = s.parts?.[i]
  return part ? `${showPercent(value)} (${showNumber(part.n)}/${showNumber(part.of)})` : show(value)
}

/** What the period has of each kind: a table that is its own chart. */
export function Ranking({
  title,
  summary,
  rows,
  none,
}: {
  title: string
  summary: string
  rows: readonly Row[]
  none: string
}) {
  const t = texts()
  const all = sum(Object.fromEntries(rows.map((r, i) => [i, r.n])))
  const most = Math.max(1, ...rows.map((r) => r.n))
  if (rows.length === 0) return <Panel title={title} summary={none} children={null} />
  return (
    <Panel title={title} summary={summary}>
      <table class="small num">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{title}</span>
            </th>
            <th scope="col">{t.count}</th>
            <th scope="col">{t.part}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.name}>
              <th scope="row" class="normal">
                {r.name}
                <svg width="100%" height="8" aria-hidden="true">
                  <rect width={`${(100 * r.n) / most}%`} height="8" rx="2" fill="var(--brand)" />
                </svg>
              </th>
              <td>{showNumber(r.n)}</td>
              <td>{showPercent(share({ n: r.n, of: all }) ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

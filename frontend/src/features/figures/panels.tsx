import type { FigureCounts, Figures } from '../../api/types'
import { words } from '../../i18n/words'
import { calledOff, channels, incidents, numbers, ranked, type Series, share, shares, sum } from './measures'
import { Panel, Ranking, Table, Weekly } from './panel'
import { showNumber, showPercent } from './show'
import { texts } from './texts'

/** The word for a code, or the code itself where a newer server knows more. */
function wordOf(table: Readonly<Record<string, string>>, code: string): string {
  return table[code] ?? code
}

const percent = (n: number, of: number) => showPercent(share({ n, of }) ?? 0)

/** Everything there is to say about a period. */
export default function Panels({ figures, everybody }: { figures: Figures; everybody: boolean }) {
  const t = texts()
  const { total, weeks } = figures
  const mondays = weeks.map((w) => w.monday)
  const held = total.held > 0
  const minutes = (n: number) => t.minutes(showNumber(n))
  const whole = { mondays, none: t.none }
  const afterwards = { mondays, none: t.noneHeld }
  return (
    <div class="figures">
      <Weekly
        {...whole}
        kind="bars"
        title={t.held}
        summary={t.heldLine(showNumber(total.held), showNumber(total.planned))}
        any={total.planned > 0}
        series={[
          numbers(t.series.held, weeks, (c) => c.held),
          numbers(t.series.noShow, weeks, (c) => c.noShow),
          numbers(t.series.cancelled, weeks, calledOff),
          numbers(t.series.open, weeks, (c) => c.open),
        ]}
      />
      <Ranking
        title={t.reasons}
        summary={t.reasonsLine(showNumber(sum(total.cancelled)))}
        rows={ranked(total.cancelled, (code) => wordOf(t.reason, code))}
        none={t.none}
      />
      <Weekly
        {...afterwards}
        kind="lines"
        title={t.late}
        hint={t.lateHint}
        summary={total.late ? t.lateLine(minutes(total.late.median), minutes(total.late.p90)) : ''}
        any={held}
        show={minutes}
        series={[
          numbers(t.median, weeks, (c) => c.late?.median ?? null),
          numbers(t.p90, weeks, (c) => c.late?.p90 ?? null),
        ]}
      />
      <Weekly
        {...afterwards}
        kind="shares"
        title={t.inTime}
        summary={t.inTimeLine(showNumber(total.ripe))}
        any={total.ripe > 0}
        series={(['prescription', 'record', 'coding'] as const).map((step) =>
          shares(`${t.steps[step]} (${percent(total.inTime[step], total.ripe)})`, weeks, (c) => ({
            n: c.inTime[step],
            of: c.ripe,
          })),
        )}
      />
      <Weekly
        {...afterwards}
        kind="shares"
        title={t.coded}
        summary={t.codedLine(showNumber(total.coded), percent(total.coded, total.held))}
        any={held}
        series={[
          shares(t.codedShare, weeks, (c) => ({ n: c.coded, of: c.held })),
          shares(t.notBillable, weeks, (c) => ({ n: c.notBillable, of: c.held })),
        ]}
      />
      <Weekly
        {...whole}
        kind="shares"
        title={t.refused}
        summary={t.refusedLine(showNumber(total.refused), percent(total.refused, total.planned))}
        any={total.refused > 0}
        series={[shares(t.refused, weeks, (c) => ({ n: c.refused, of: c.planned }))]}
      />
      <Weekly
        {...afterwards}
        kind="shares"
        title={t.phone}
        summary={t.phoneLine(showNumber(total.byPhone), percent(total.byPhone, total.held))}
        any={total.byPhone > 0}
        none={held ? t.none : t.noneHeld}
        series={[shares(t.phoneShare, weeks, (c) => ({ n: c.byPhone, of: c.held }))]}
      />
      {total.byPhone > 0 && (
        <Ranking
          title={t.criteria}
          summary={t.phoneLine(showNumber(total.byPhone), percent(total.byPhone, total.held))}
          rows={ranked(total.telephone, (code) => wordOf(t.criterion, code))}
          none={t.none}
        />
      )}
      <Weekly
        {...whole}
        kind="shares"
        title={t.failures}
        summary={t.failuresLine(showNumber(sum(total.failed)), showNumber(sum(total.messages)))}
        any={sum(total.messages) > 0}
        series={channels(figures).map((channel) => failures(channel, figures, wordOf(t.channel, channel)))}
      />
      <Ranking
        title={t.incidents}
        summary={t.incidentsLine(showNumber(incidents(total, (tool) => tool).reduce((n, r) => n + r.n, 0)))}
        rows={incidents(total, (tool, kind) => t.incident(wordOf(words().tool, tool), wordOf(t.kind, kind)))}
        none={t.none}
      />
      {everybody && figures.practitioners.length > 0 && <People figures={figures} />}
    </div>
  )
}

function failures(channel: string, { weeks }: Figures, name: string): Series {
  return shares(name, weeks, (c) => ({ n: c.failed[channel] ?? 0, of: c.messages[channel] ?? 0 }))
}

function People({ figures }: { figures: Figures }) {
  const t = texts()
  const of = (n: number, all: number) => (all > 0 ? `${percent(n, all)} (${showNumber(n)}/${showNumber(all)})` : '–')
  const cells = (c: FigureCounts) => [
    showNumber(c.planned),
    showNumber(c.held),
    showNumber(c.noShow),
    showNumber(calledOff(c)),
    of(c.byPhone, c.held),
    c.late ? t.minutes(showNumber(c.late.median)) : '–',
    of(c.inTime.prescription, c.ripe),
    of(c.inTime.record, c.ripe),
    of(c.inTime.coding, c.ripe),
    of(c.coded, c.held),
  ]
  return (
    <Panel title={t.people} summary={t.heldLine(showNumber(figures.total.held), showNumber(figures.total.planned))} all>
      <Table
        label={t.people}
        head={[
          t.who,
          t.planned,
          t.series.held,
          t.series.noShow,
          t.series.cancelled,
          t.phone,
          t.lateMedian,
          ...(['prescription', 'record', 'coding'] as const).map((step) => `${t.steps[step]} (24 h)`),
          t.codedShare,
        ]}
        rows={[
          ...figures.practitioners.map((p) => [p.name, ...cells(p.counts)]),
          [t.everybody, ...cells(figures.total)],
        ]}
      />
    </Panel>
  )
}

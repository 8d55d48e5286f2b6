import { useSignal } from '@preact/signals'
import { root } from '../../api/client'
import { useCommand } from '../../api/command'
import { usePages } from '../../api/pages'
import type { CodingExport, CodingExports, Department } from '../../api/types'
import { common } from '../../i18n/common'
import { showMoment, today } from '../../i18n/dates'
import { table } from '../../i18n/language'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { Seen } from '../../ui/seen'
import fr from './export-texts.fr'

const texts = table(fr, () => import('./export-texts.en'))
const formats = ['csv', 'xlsx'] as const

/** The numbered batches, each to be fetched again as it was, and the next one. */
export default function Exports({ department: d }: { department: Department }) {
  const t = texts()
  const zone = d.timezone
  const path = `/coding-exports?departmentId=${d.id}`
  const reading = usePages<CodingExport, CodingExports>(path, [`department:${d.id}`])
  const waiting = reading.data?.waiting
  const until = useSignal(today(zone))
  const command = useCommand<{ departmentId: string; until: string }, CodingExport>('POST', '/coding-exports')
  async function make(): Promise<void> {
    const answer = await command.run({ departmentId: d.id, until: until.value })
    if (answer) announce(t.made(answer.data.number, answer.data.acts))
    await reading.reload()
  }
  return (
    <>
      <form
        class="card stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void make()
        }}
      >
        {waiting !== undefined && <p class="sentence">{t.waiting(waiting)}</p>}
        <p class="small muted">{t.hint}</p>
        <div class="pair end">
          <TextField
            name="until"
            type="date"
            label={t.until}
            value={until.value}
            onInput={(v) => {
              until.value = v
            }}
          />
          <Button submit kind="primary" icon="download" busy={command.busy}>
            {t.make}
          </Button>
        </div>
        <FailureSummary failure={command.failure} />
      </form>
      <h2>{t.title}</h2>
      <Seen reading={reading} zone={zone} />
      {reading.items?.length === 0 && <p class="empty">{t.none}</p>}
      <ul class="rows">
        {reading.items?.map((x) => (
          <li key={x.id} class="card line between">
            <div>
              <p>
                <strong>{t.batch(x.number)}</strong> · {t.acts(x.acts, x.corrections)} · {x.target}
              </p>
              <p class="small muted">{t.by(x.createdBy, showMoment(x.createdAt, zone))}</p>
            </div>
            <div class="line">
              {formats.map((format) => (
                <a
                  key={format}
                  class="btn"
                  href={`${root}/coding-exports/${x.id}/file?format=${format}`}
                  aria-label={t.of(format.toUpperCase(), x.number)}
                  download
                >
                  <Icon name="download" />
                  {format.toUpperCase()}
                </a>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {reading.more && (
        <Button busy={reading.loading} onClick={() => void reading.more?.()}>
          {common().more}
        </Button>
      )}
    </>
  )
}

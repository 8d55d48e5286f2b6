import { useRead } from '../../api/read'
import type { Page, WordingVersion } from '../../api/types'
import { showMoment } from '../../i18n/dates'
import { Button } from '../../ui/button'
import { Seen } from '../../ui/seen'
import { wordingTexts } from './wording-texts'

interface Props {
  path: string
  /** The one that stands: a newer one is asked for. */
  version: number
  zone: string
  onTake: (subject: string, body: string) => void
}

/** Every version there was: nothing that was written is lost. */
export default function WordingHistory({ path, version, zone, onTake }: Props) {
  return <Versions key={version} path={path} zone={zone} onTake={onTake} />
}

function Versions({ path, zone, onTake }: Omit<Props, 'version'>) {
  const t = wordingTexts()
  const reading = useRead<Page<WordingVersion>>(path)
  return (
    <>
      <Seen reading={reading} zone={zone} />
      {reading.data?.items.length === 0 && <p class="muted">{t.noHistory}</p>}
      <ol class="timeline">
        {reading.data?.items.map((one) => (
          <li key={one.version}>
            <p class="line between">
              <strong>{t.version(one.version)}</strong>
              <span class="small muted">
                {one.writtenBy} · {showMoment(one.writtenAt, zone)}
              </span>
            </p>
            {one.body === '' ? (
              <p class="muted">{t.backToOwn}</p>
            ) : (
              <>
                {one.subject && <p class="small">{t.previewSubject(one.subject)}</p>}
                <p class="small old-words">{one.body}</p>
                <Button icon="history" onClick={() => onTake(one.subject, one.body)}>
                  {t.take}
                </Button>
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

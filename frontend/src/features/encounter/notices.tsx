import { useRead } from '../../api/read'
import type { Page, ShownNotice } from '../../api/types'
import { Seen } from '../../ui/seen'

interface Props {
  id: string
  version: string
  zone: string
}

/** The very text that was shown when the decision was taken, whatever it says today. */
export default function Notices({ id, version, zone }: Props) {
  const reading = useRead<Page<ShownNotice>>(`/encounters/${id}/notices`)
  const shown = reading.data?.items.filter((notice) => notice.version === version) ?? []
  return (
    <>
      <Seen reading={reading} zone={zone} />
      {shown.map((notice) => (
        <div key={notice.version + notice.tool} class="note" lang={notice.language}>
          {notice.sections.map((section) => (
            <section key={section.title}>
              <h3>{section.title}</h3>
              {section.parts.map((part) => (
                <div key={`${part.text ?? ''}${part.items?.join() ?? ''}`}>
                  {part.text && <p>{part.text}</p>}
                  {part.items && (
                    <ul>
                      {part.items.map((item) => (
                        <li key={item}>{item}</li>
                      ))}
                    </ul>
                  )}
                </div>
              ))}
            </section>
          ))}
        </div>
      ))}
    </>
  )
}

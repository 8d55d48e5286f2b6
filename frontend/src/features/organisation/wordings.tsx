import { useSignal } from '@preact/signals'
import { useRead } from '../../api/read'
import type { Language, Page as List, ManagedDepartment, Wording } from '../../api/types'
import { Button } from '../../ui/button'
import { Choices } from '../../ui/choice'
import { Icon } from '../../ui/icon'
import { Lazy } from '../../ui/lazy'
import { Seen } from '../../ui/seen'
import { grouped, wordingKey } from './wording'
import { wordingTexts } from './wording-texts'

const loadEditor = () => import('./wording-editor')

/** Every text that a patient can get, and the one that is being written. */
export default function Wordings({ department }: { department: ManagedDepartment }) {
  const t = wordingTexts()
  const reading = useRead<List<Wording>>(`/departments/${department.id}/wordings`)
  const language = useSignal<Language>('fr')
  const open = useSignal<string | undefined>(undefined)
  const items = reading.data?.items ?? []
  const current = items.find((one) => wordingKey(one) === open.value)
  if (current)
    return (
      <>
        <p>
          <Button
            kind="quiet"
            icon="chevron-left"
            onClick={() => {
              open.value = undefined
            }}
          >
            {t.back}
          </Button>
        </p>
        <Lazy
          key={open.value}
          load={loadEditor}
          props={{ department, wording: current, onChanged: () => reading.reload() }}
        />
      </>
    )
  return (
    <>
      <p class="muted">{t.intro}</p>
      <Seen reading={reading} zone={department.timezone} />
      <Choices<Language>
        name="language"
        label={t.language}
        value={language.value}
        options={[
          { value: 'fr', label: t.french },
          { value: 'en', label: t.english },
        ]}
        onChange={(v) => {
          language.value = v
        }}
      />
      <ul class="stack tight">
        {grouped(items, language.value).map((group) => (
          <li key={group.template} class="card">
            <h2 lang="fr">{group.title}</h2>
            {group.wordings.map((one) => (
              <button
                key={one.channel}
                type="button"
                class="open-words line between"
                aria-label={t.edit(t.channel[one.channel], one.title)}
                onClick={() => {
                  open.value = wordingKey(one)
                }}
              >
                <span class="line">
                  <Icon name={one.channel === 'sms' ? 'message-square-text' : 'mail'} /> {t.channel[one.channel]}
                </span>
                <span class="line">
                  <span class={one.own ? 'small muted' : 'badge'}>{one.own ? t.own : t.changed(one.version)}</span>
                  <Icon name="chevron-right" />
                </span>
              </button>
            ))}
          </li>
        ))}
      </ul>
    </>
  )
}

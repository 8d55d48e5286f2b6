import { online } from '../../api/read'
import { isShared } from '../../api/store'
import type { Encounter, IdentityCheck, Note, NoteDraft } from '../../api/types'
import { dayOf, showDate } from '../../i18n/dates'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { SelectField, TextArea, TextField } from '../../ui/field'
import type { Editor } from './note-editor'
import { texts } from './note-report'
import { noteTexts } from './note-texts'

/** Both texts are shown, and nothing goes out before somebody has chosen. */
function Conflict({ editor, theirs }: { editor: Editor; theirs: NoteDraft }) {
  const t = noteTexts()
  const mine = editor.report.value
  return (
    <Banner tone="warn" icon="triangle-alert" urgent class="note-conflict">
      <p>{t.elsewhere}</p>
      <p>
        <strong>{t.theirs}</strong>
      </p>
      {texts
        .filter((name) => theirs[name] !== mine[name] && theirs[name])
        .map((name) => (
          <div key={name}>
            <p class="small muted">{t[name]}</p>
            <p class="typed">{theirs[name]}</p>
          </div>
        ))}
      <div class="actions">
        <Button kind="primary" onClick={() => editor.choose('both')}>
          {t.keepBoth}
        </Button>
        <Button onClick={() => editor.choose('mine')}>{t.keepMine}</Button>
        <Button onClick={() => editor.choose('other')}>{t.keepOther}</Button>
      </div>
    </Banner>
  )
}

function Status({ editor, written }: { editor: Editor; written: boolean }) {
  const t = noteTexts()
  if (editor.refused.value)
    return (
      <Banner tone="bad" icon="circle-alert" urgent>
        {editor.refused.value}
      </Banner>
    )
  const away = isShared() ? t.waitingShared : t.waitingAway
  const waiting = online.value ? t.waiting : away
  const text = editor.unsent.value ? waiting : written ? t.saved : t.nothingYet
  // Said aloud only when words have to wait: "saved" after every pause would talk over the person.
  return (
    <p class="hint" role={editor.unsent.value && !online.value ? 'status' : undefined}>
      {text}
    </p>
  )
}

interface Props {
  editor: Editor
  encounter: Encounter
  note: Note | undefined
  zone: string
}

/** The three fields of the practitioner, and how they knew the patient. */
export function NoteFields({ editor, encounter, note, zone }: Props) {
  const t = noteTexts()
  const report = editor.report.value
  const checks = (Object.entries(t.identities) as [IdentityCheck, string][]).filter(
    ([value]) => value !== 'document' || encounter.modality === 'video' || report.identityCheck === value,
  )
  const erased = note?.draft.erasedAt
  return (
    <div class="stack">
      {erased && !editor.unsent.value ? (
        <Banner icon="shield-check">{t.erased(showDate(dayOf(erased, zone)), note.keptDays)}</Banner>
      ) : (
        <p class="muted">{t.hint}</p>
      )}
      {editor.other.value && <Conflict editor={editor} theirs={editor.other.value} />}
      {(['findings', 'conclusion', 'followUp'] as const).map((name) => (
        <TextArea
          key={name}
          name={name}
          label={t[name]}
          rows={4}
          value={report[name]}
          onInput={(text) => editor.change({ [name]: text })}
        />
      ))}
      <Tick checked={report.reportFollows} onChange={(reportFollows) => editor.change({ reportFollows })}>
        {t.follows}
      </Tick>
      <SelectField<IdentityCheck>
        name="identityCheck"
        label={t.identity}
        empty={t.chooseIdentity}
        value={report.identityCheck}
        options={checks.map(([value, label]) => ({ value, label }))}
        onChange={(identityCheck) => editor.change({ identityCheck })}
      />
      <TextField
        name="participants"
        label={t.participants}
        hint={t.participantsHint}
        optional
        value={report.participants}
        onInput={(participants) => editor.change({ participants })}
      />
      <Status editor={editor} written={(note?.draft.revision ?? 0) > 0} />
    </div>
  )
}

import { useEffect } from 'preact/hooks'
import { encounterPath } from '../../api/command'
import { useRead } from '../../api/read'
import type { Note } from '../../api/types'
import { Seen } from '../../ui/seen'
import Closing from './closing'
import { editorOf } from './note-editor'
import { NoteFields } from './note-fields'
import { NotePreview } from './note-preview'
import type { StepProps } from './step-action'

/** The practitioner's own words first, then the note that they and the facts make, then what is missing to close. */
export default function RecordStep({ encounter, department }: StepProps) {
  const reading = useRead<Note>(`${encounterPath(encounter.id)}/note`, {
    topics: [`encounter:${encounter.id}`, `note:${encounter.id}`],
  })
  const editor = editorOf(encounter.id)
  const note = reading.data
  useEffect(() => {
    if (note) editor.adopt(note.draft)
  }, [note, editor])
  // Without network and without memory there is still a place to write.
  const writable = editor.ready.value && (note !== undefined || editor.unsent.value || !reading.loading)
  const ended = encounter.status === 'finished' || encounter.status === 'cancelled'
  return (
    <>
      <Seen reading={reading} zone={department.timezone} />
      {writable && <NoteFields editor={editor} encounter={encounter} note={note} zone={department.timezone} />}
      {note && (
        <NotePreview
          encounter={encounter}
          department={department}
          note={note}
          behind={editor.unsent.value}
          reload={reading.reload}
        />
      )}
      {note && ended && encounter.nextStep && <Closing encounter={encounter} department={department} />}
    </>
  )
}

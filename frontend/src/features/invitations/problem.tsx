import { showDate } from '../../i18n/dates'
import { announce } from '../../ui/announce'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { inWords } from './choices'
import { editable, kindOf } from './fields'
import { focusLine, focusSettings } from './focus'
import type { Line, List } from './list'
import { isOfList } from './order'
import { reviewTexts } from './review-texts'
import type { RowProblem } from './types'

interface Props {
  list: List
  line: Line
  problem: RowProblem
}

function suggested({ field, suggestion = '' }: RowProblem): string {
  if (field === 'row') return suggestion
  const kind = kindOf(field)
  if ((kind === 'date' || kind === 'birth') && /^\d{4}-\d{2}-\d{2}$/.test(suggestion)) return showDate(suggestion)
  return inWords(field, suggestion)
}

/** Goes to another line of the file, if it is here. */
function goTo(list: List, number: number): void {
  const other = list.byLine(number)
  if (!other) {
    announce(reviewTexts().lineBelow(String(number)))
    return
  }
  if (!list.shown.value.includes(other)) list.choose('all')
  focusLine(other.id)
}

/** What is wrong in plain words, and what can be done about it with one tap. */
export function Problem({ list, line, problem }: Props) {
  const t = reviewTexts()
  const { field, code, severity, suggestion, acceptable } = problem
  const row = line.view.value
  const of = t.ofLine(String(row.line))
  const other = problem.line
  const agreed = row.accepted.includes(code)
  return (
    <div class={agreed ? 'problem' : severity === 'error' ? 'problem bad' : 'problem warn'}>
      <Icon name={agreed ? 'check' : severity === 'error' ? 'circle-alert' : 'triangle-alert'} />
      <p lang="fr">{problem.message}</p>
      {!agreed && suggestion !== undefined && field !== 'row' && editable(row, field) && (
        <Button
          label={t.use(suggested(problem)) + of}
          onClick={() => {
            list.correct(line.id, { values: { [field]: suggestion } })
            focusLine(line.id)
          }}
        >
          <span class="address">{t.use(suggested(problem))}</span>
        </Button>
      )}
      {(acceptable || agreed) && row.state === 'open' && (
        <Button
          icon={agreed ? 'x' : 'check'}
          label={(agreed ? t.notIntended : t.intended) + of}
          onClick={() => {
            const others = row.accepted.filter((one) => one !== code)
            list.correct(line.id, { accepted: agreed ? others : [...others, code] })
            focusLine(line.id)
          }}
        >
          {agreed ? t.notIntended : t.intended}
        </Button>
      )}
      {(isOfList(problem) || (field === 'practitioner' && !row.values.practitioner)) && (
        <Button onClick={() => focusSettings(code)}>{t.forAll}</Button>
      )}
      {other !== undefined && (
        <button type="button" class="link" onClick={() => goTo(list, other)}>
          {t.seeLine(String(other))}
        </button>
      )}
    </div>
  )
}

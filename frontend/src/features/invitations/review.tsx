import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/error'
import { useRead } from '../../api/read'
import { department, me } from '../../api/session'
import type { Colleague, Department, Page as Listed } from '../../api/types'
import { common } from '../../i18n/common'
import type { ScreenProps } from '../../routes'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Lazy, preload } from '../../ui/lazy'
import { Page } from '../../ui/page'
import { practitionerName } from '../../ui/row'
import { Seen } from '../../ui/seen'
import '../../ui/form.css'
import { Filters } from './filters'
import './invitations.css'
import { isFirst } from './first'
import { nameOf, tones } from './names'
import { Discard } from './recent'
import { reviewTexts } from './review-texts'
import { tellAnswers } from './say'
import { SendBar } from './send-bar'
import { texts } from './texts'
import type { BatchHead } from './types'
import { type ListReading, useList } from './use-list'

const loadRows = () => import('./rows')
const loadSetup = () => import('./setup')
const loadProgress = () => import('./progress')

preload(loadRows)
preload(loadSetup)

/** Whether somebody is at work among the rows, which then stay where they are. */
const isBusy = () => document.activeElement?.closest('.entry') !== null && document.activeElement !== null

interface Props {
  reading: ListReading
  head: BatchHead
  department: Department
}

function Review({ reading, head, department: d }: Props) {
  const t = reviewTexts()
  const { list } = reading
  const draft = head.state === 'draft'
  const { offer } = list
  const colleagues = useRead<Listed<Colleague>>(`/departments/${d.id}/practitioners`).data
  useEffect(() => {
    offer.value = { tools: d.tools, practitioners: colleagues?.items.map(practitionerName) ?? [] }
  }, [offer, d, colleagues])
  useEffect(() => tellAnswers(list, () => void reading.reload()), [list, reading.reload])
  return (
    <>
      {draft && isFirst() && <p class="muted">{t.help}</p>}
      {draft && head.otherSheets && head.otherSheets.length > 0 && (
        <div class="problem warn">
          <Icon name="triangle-alert" />
          <p>
            {t.sheet(head.sheet ?? '')} {t.otherSheets(head.otherSheets.join(', '))}
          </p>
        </div>
      )}
      {!draft && <Lazy load={loadProgress} props={{ list, head, zone: d.timezone }} />}
      {(draft || (head.summary.errors > 0 && head.state !== 'cancelled')) && (
        <div class="setup">
          <Lazy load={loadSetup} props={{ reading, head, department: d }} />
        </div>
      )}
      <Filters list={list} head={head} />
      <Seen reading={reading.rows} zone={d.timezone} />
      <Lazy load={loadRows} props={{ list, name: nameOf(head) }} />
      {reading.more && (
        <Button busy={reading.rows.loading} onClick={() => void reading.more?.()}>
          {common().more}
        </Button>
      )}
      <SendBar reading={reading} head={head} zone={d.timezone} />
    </>
  )
}

export default function ListScreen({ params }: ScreenProps) {
  const t = reviewTexts()
  const id = params.id ?? ''
  const { route } = useLocation()
  const reading = useList(id, isBusy)
  const head = reading.list.head.value
  const d = useComputed(
    () => me.value?.departments.find((one) => one.id === reading.list.head.value?.departmentId) ?? department.value,
  ).value
  const { failure } = reading.rows
  const gone = failure instanceof ApiError && failure.status === 404
  if (!head || !d || gone)
    return (
      <Page title={gone ? t.gone : texts().list}>
        {!gone && <Seen reading={reading.rows} zone="Europe/Paris" />}
        {gone && <a href="/invitations">{t.back}</a>}
      </Page>
    )
  const name = nameOf(head)
  return (
    <Page
      title={name}
      aside={
        <span class="line">
          <span class={`badge ${tones[head.state]}`}>{texts().states[head.state]}</span>
          {head.state === 'draft' && (
            <Discard id={id} departmentId={head.departmentId} name={name} onGone={() => route('/invitations')} />
          )}
        </span>
      }
    >
      <Review key={d.id} reading={reading} head={head} department={d} />
    </Page>
  )
}

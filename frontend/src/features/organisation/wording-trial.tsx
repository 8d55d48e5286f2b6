import { useSignal } from '@preact/signals'
import { useCommand } from '../../api/command'
import { ApiError, byField } from '../../api/error'
import { me } from '../../api/session'
import type { Wording } from '../../api/types'
import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { FailureSummary } from '../../ui/failure'
import { TextField } from '../../ui/field'
import { type Shown, shownBody, type Typed } from './wording'
import { wordingTexts } from './wording-texts'

interface Props {
  path: string
  wording: Wording
  typed: Typed
  of: Shown
}

type Trial = ReturnType<typeof shownBody> & { to?: string }

/** The words as they are typed, sent to the person who writes them: by e-mail to their own address, by SMS to a mobile. */
export function WordingTrial({ path, wording, typed, of }: Props) {
  const t = wordingTexts()
  const mobile = useSignal('')
  const sent = useSignal(false)
  const command = useCommand<Trial, unknown>('POST', path)
  const sms = wording.channel === 'sms'
  const error = byField(command.failure instanceof ApiError ? command.failure.violations : []).get('to')
  async function send(): Promise<void> {
    sent.value = false
    const body: Trial = shownBody(wording, typed, of)
    if (sms) body.to = mobile.value
    sent.value = (await command.run(body)) !== undefined
    if (sent.value) announce(t.tested)
  }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        void send()
      }}
    >
      {sms && (
        <TextField
          name="to"
          type="tel"
          label={t.mobile}
          autoComplete="tel"
          value={mobile.value}
          error={error?.message}
          onInput={(v) => {
            mobile.value = v
          }}
        />
      )}
      <Button submit icon={sms ? 'message-square-text' : 'mail'} busy={command.busy}>
        {t.test}
      </Button>
      {!sms && <p class="hint">{me.value?.staff.email}</p>}
      <FailureSummary failure={command.failure} />
      {sent.value && (
        <Banner tone="ok" icon="check">
          {t.tested}
        </Banner>
      )}
    </form>
  )
}

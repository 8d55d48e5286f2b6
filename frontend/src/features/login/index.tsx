import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ApiError, asFailure, type Failure } from '../../api/error'
import { forgetAll, me, phase, signIn } from '../../api/session'
import { isShared } from '../../api/store'
import { language, setLanguage, table } from '../../i18n/language'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Tick } from '../../ui/choice'
import { failureText } from '../../ui/failure-text'
import { TextField } from '../../ui/field'
import '../../ui/app.css'
import './login.css'
import fr from './texts.fr'

const texts = table(fr, () => import('./texts.en'))

function Form({ again }: { again: boolean }) {
  const t = texts()
  const email = useSignal(again ? (me.value?.staff.email ?? '') : '')
  const password = useSignal('')
  const shared = useSignal(isShared())
  const busy = useSignal(false)
  const failure = useSignal<Failure | undefined>(undefined)

  async function submit(): Promise<void> {
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      await signIn(email.value.trim(), password.value, shared.value)
    } catch (thrown) {
      failure.value = asFailure(thrown)
      password.value = ''
    } finally {
      busy.value = false
    }
  }

  const wrong = failure.value instanceof ApiError && failure.value.status === 401
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault()
        void submit()
      }}
    >
      {failure.value && (
        <Banner tone="bad" icon="circle-alert" urgent>
          {wrong ? t.wrong : failureText(failure.value)}
        </Banner>
      )}
      <TextField
        name="email"
        type="email"
        label={t.email}
        value={email.value}
        autoComplete="username"
        autoCapitalize="none"
        required
        onInput={(v) => {
          email.value = v
        }}
      />
      <TextField
        name="password"
        type="password"
        label={t.password}
        value={password.value}
        autoComplete="current-password"
        required
        onInput={(v) => {
          password.value = v
        }}
      />
      <Tick
        name="sharedDevice"
        checked={shared.value}
        onChange={(v) => {
          shared.value = v
        }}
      >
        {t.shared}
        <br />
        <span class="hint">{t.sharedHint}</span>
      </Tick>
      <Button submit kind="primary" wide big busy={busy.value}>
        {t.submit}
      </Button>
    </form>
  )
}

/** Over the page that stays behind it, unseen, until the same person is back. */
function Again() {
  const t = texts()
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    box.current?.showModal()
  }, [])
  return (
    <dialog ref={box} class="again" aria-labelledby="again" onCancel={(e) => e.preventDefault()}>
      <div class="stack">
        <h1 id="again">{t.again}</h1>
        <p>{t.againWhy}</p>
        <Form again />
        <Button kind="quiet" onClick={() => void forgetAll()}>
          {t.other}
        </Button>
      </div>
    </dialog>
  )
}

export default function Login() {
  const t = texts()
  useEffect(() => {
    document.title = `${t.title} · Téléconsult`
  }, [t])
  if (phase.value === 'expired') return <Again />
  return (
    <main class="login stack">
      <div class="login-head">
        <img src="/logo.svg" alt="" width="56" height="56" />
        <p class="brand">Téléconsult</p>
        <p class="muted">{t.claim}</p>
      </div>
      <div class="card stack">
        <h1>{t.title}</h1>
        <Form again={false} />
      </div>
      <Button kind="quiet" onClick={() => setLanguage(language.value === 'fr' ? 'en' : 'fr')}>
        <span lang={language.value === 'fr' ? 'en' : 'fr'}>{t.language}</span>
      </Button>
    </main>
  )
}

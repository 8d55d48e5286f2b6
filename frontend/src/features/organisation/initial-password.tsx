import { announce } from '../../ui/announce'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { texts } from './texts'

interface Props {
  name: string
  password: string
  onClose: () => void
}

/** The only time that an initial password is seen: the server keeps its hash alone. */
export function InitialPassword({ name, password, onClose }: Props) {
  const t = texts()
  return (
    <div class="stack">
      <Banner tone="ok" icon="circle-check">
        <p>{t.initial(name)}</p>
        <p>
          <code class="initial-password">{password}</code>
        </p>
      </Banner>
      <p>{t.handOver}</p>
      <div class="actions">
        <Button
          icon="copy"
          onClick={() => void navigator.clipboard?.writeText(password).then(() => announce(t.copied))}
        >
          {t.copy}
        </Button>
        <Button kind="primary" onClick={onClose}>
          {t.done}
        </Button>
      </div>
    </div>
  )
}

import { useEffect, useRef } from 'preact/hooks'
import { ApiError, type Failure } from '../api/error'
import { common } from '../i18n/common'
import { Banner } from './banner'
import { Button } from './button'
import { failureText } from './failure-text'

function focusField(field: string): void {
  const escaped = CSS.escape(field)
  const input = document.querySelector<HTMLElement>(`[name="${escaped}"], [data-field="${escaped}"]`)
  input?.focus()
  input?.scrollIntoView({ block: 'center' })
}

interface Props {
  failure: Failure | undefined
  /** Fields that show their own message, with the words they go by. */
  labels?: Readonly<Record<string, string>>
  retry?: () => void
}

/** One summary of what went wrong: violations lead to their fields. */
export function FailureSummary({ failure, labels, retry }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (failure) box.current?.scrollIntoView({ block: 'nearest' })
  }, [failure])
  if (!failure) return null
  const violations = failure instanceof ApiError ? failure.violations : []
  const known = labels ?? {}
  return (
    <div ref={box}>
      <Banner
        tone="bad"
        icon="circle-alert"
        urgent
        action={retry && <Button icon="refresh-cw" onClick={retry} label={common().retry} />}
      >
        <p>
          {violations.length > 0 && labels !== undefined
            ? common().failure.fields(violations.length)
            : failureText(failure)}
        </p>
        {violations.length > 0 && (
          <ul>
            {violations.map((v) => (
              <li key={v.field + v.code}>
                {known[v.field] ? (
                  <button type="button" class="link" onClick={() => focusField(v.field)}>
                    {known[v.field]} : {v.message}
                  </button>
                ) : (
                  v.message
                )}
              </li>
            ))}
          </ul>
        )}
      </Banner>
    </div>
  )
}

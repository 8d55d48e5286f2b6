import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import './app.css'

interface Props {
  title: string
  /** Beside the title. */
  aside?: ComponentChildren
  /** A list beside the page takes neither the focus nor the title of the window. */
  pane?: boolean
  children: ComponentChildren
}

/** A screen: names the window and takes the focus, so that a change of page is heard. */
export function Page({ title, aside, pane, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!pane) heading.current?.focus({ preventScroll: true })
  }, [pane])
  useEffect(() => {
    if (!pane) document.title = `${title} · Téléconsult`
  }, [title, pane])
  return (
    <div class="page">
      <div class="line between">
        {pane ? (
          <h2>{title}</h2>
        ) : (
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        )}
        {aside}
      </div>
      {children}
    </div>
  )
}

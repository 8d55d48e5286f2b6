import { expect, test } from 'vitest'
import { type MailingDraft, orderOf, refusalOf } from './mailing-send'

const draft: MailingDraft = {
  addressee: 'pharmacist',
  address: ' parc@pharmacie.mssante.fr ',
  name: 'Pharmacie du Parc',
  acceptedBy: ' Zoé Durand ',
  how: 'oral',
}

test('an order holds what has a meaning for its channel and nothing else', () => {
  expect(orderOf('mssante', draft)).toEqual({
    channel: 'mssante',
    addressee: 'pharmacist',
    address: 'parc@pharmacie.mssante.fr',
    name: 'Pharmacie du Parc',
  })
  expect(orderOf('mssante', { ...draft, addressee: 'patient' })).toEqual({ channel: 'mssante', addressee: 'patient' })
  expect(orderOf('email', draft)).toEqual({
    channel: 'email',
    addressee: 'patient',
    riskAcceptedBy: 'Zoé Durand',
    riskAcceptedHow: 'oral',
  })
  expect(orderOf('email', { ...draft, how: '' })).not.toHaveProperty('riskAcceptedHow')
})

test('what need not be sent to be refused', () => {
  const file = { name: 'a.pdf', type: 'application/pdf', size: 1000 }
  expect(refusalOf(file, 'mssante')).toBeUndefined()
  expect(refusalOf({ ...file, type: '', name: 'A.PDF' }, 'mssante')).toBeUndefined()
  expect(refusalOf({ ...file, type: 'image/png', name: 'a.png' }, 'email')).toMatch(/PDF/)
  expect(refusalOf({ ...file, size: 11 << 20 }, 'mssante')).toMatch(/10/)
  expect(refusalOf({ ...file, size: 11 << 20 }, 'email')).toBeUndefined()
  expect(refusalOf({ ...file, size: 21 << 20 }, 'email')).toMatch(/20/)
})

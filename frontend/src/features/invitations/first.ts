/** A line of help for who has never sent a list from this device. It says nothing about anybody. */
const key = 'teleconsult.lists'

export function isFirst(): boolean {
  return localStorage.getItem(key) === null
}

export function notFirst(): void {
  localStorage.setItem(key, '1')
}

import { describe, expect, it } from 'vitest'
import { allTools, blank, moved, ordered, settingsOf } from './draft'

describe('the order of the tools', () => {
  it('lists those of the department first, each tool once', () => {
    const all = ordered(['zoom', 'ortif'])
    expect(all.slice(0, 2)).toEqual(['zoom', 'ortif'])
    expect([...all].sort()).toEqual([...allTools].sort())
  })
  it('moves one tool by one place', () => {
    expect(moved(['ortif', 'zoom', 'teams'], 'zoom', -1)).toEqual(['zoom', 'ortif', 'teams'])
    expect(moved(['ortif', 'zoom', 'teams'], 'zoom', 1)).toEqual(['ortif', 'teams', 'zoom'])
  })
  it('leaves the first at the beginning, the last at the end, and an unknown one out', () => {
    expect(moved(['ortif', 'zoom'], 'ortif', -1)).toEqual(['ortif', 'zoom'])
    expect(moved(['ortif', 'zoom'], 'zoom', 1)).toEqual(['ortif', 'zoom'])
    expect(moved(['ortif', 'zoom'], 'teams', 1)).toEqual(['ortif', 'zoom'])
  })
})

describe('the settings that are sent', () => {
  it('are the settings alone, without empty lines', () => {
    const sent = settingsOf({ ...blank, meetingHosts: [' visio.hopital.fr ', '', '  '] })
    expect(sent.meetingHosts).toEqual(['visio.hopital.fr'])
    expect('code' in sent).toBe(false)
    expect(Object.keys(sent)).toHaveLength(Object.keys(blank).length - 1)
  })
})

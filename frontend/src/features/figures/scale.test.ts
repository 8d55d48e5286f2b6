import { describe, expect, it } from 'vitest'
import { axis, barWidth, labelled, line, plane, stack, step, xOf, yOf } from './scale'

describe('step', () => {
  it.each([
    [0, 1],
    [3, 1],
    [4, 1],
    [5, 2],
    [9, 5],
    [40, 10],
    [41, 20],
    [100, 25],
    [1000, 250],
    [1010, 500],
  ])('%d is cut into steps of %d', (span, size) => {
    expect(step(span)).toBe(size)
  })
})

describe('axis', () => {
  it.each([
    [[], 0, 1, 2],
    [[0, 0], 0, 1, 2],
    [[3, null, 7], 0, 8, 5],
    [[-2, 13], -5, 15, 5],
    [[-12, -3], -15, 0, 4],
    [[17.3], 0, 20, 5],
  ])('%j goes from %d to %d', (values, low, high, ticks) => {
    const a = axis(values)
    expect([a.low, a.high, a.ticks.length]).toEqual([low, high, ticks])
    expect(a.ticks[0]).toBe(low)
    expect(a.ticks[ticks - 1]).toBe(high)
  })

  it('does not go above what can be', () => {
    expect(axis([97], 100).high).toBe(100)
    expect(axis([100], 100)).toEqual({ low: 0, high: 100, ticks: [0, 25, 50, 75, 100] })
  })

  it('holds every value', () => {
    for (let seed = 1; seed < 500; seed++) {
      const values = [((seed * 7919) % 401) - 100, ((seed * 104_729) % 3001) / 3]
      const a = axis(values)
      for (const v of values) {
        expect(v).toBeGreaterThanOrEqual(a.low)
        expect(v).toBeLessThanOrEqual(a.high)
      }
      expect(a.ticks.length).toBeLessThanOrEqual(7)
      expect(a.ticks.every(Number.isInteger)).toBe(true)
    }
  })
})

const a = { low: 0, high: 10, ticks: [0, 5, 10] }

describe('places', () => {
  it('puts the ends of the axis on the edges of the plane', () => {
    expect(yOf(0, a)).toBe(plane.height - plane.bottom)
    expect(yOf(10, a)).toBe(plane.top)
  })

  it.each([1, 4, 13, 52, 106])('%d weeks lie beside each other within the plane', (count) => {
    const half = barWidth(count) / 2
    expect(half).toBeGreaterThan(0.5)
    expect(xOf(0, count) - half).toBeGreaterThanOrEqual(plane.left)
    expect(xOf(count - 1, count) + half).toBeLessThanOrEqual(plane.width - plane.right)
    if (count > 1) expect(xOf(1, count) - half).toBeGreaterThanOrEqual(xOf(0, count) + half)
  })

  it.each([
    [1, [0]],
    [2, [0, 1]],
    [4, [0, 2, 3]],
    [52, [0, 26, 51]],
  ])('of %d weeks %j have a label', (count, weeks) => {
    expect(labelled(count)).toEqual(weeks)
  })
})

it('stacks each series on those before, and draws nothing for nothing', () => {
  const [below, above] = stack(
    [
      [4, 0],
      [2, 3],
    ],
    a,
  )
  expect(below).toHaveLength(1)
  expect(above).toHaveLength(2)
  expect(above?.[0]?.y).toBe(yOf(6, a))
  expect((above?.[0]?.y ?? 0) + (above?.[0]?.height ?? 0)).toBeCloseTo(yOf(4, a))
  expect((above?.[1]?.y ?? 0) + (above?.[1]?.height ?? 0)).toBeCloseTo(yOf(0, a))
})

it('breaks a line where a week says nothing', () => {
  const drawn = line([1, 2, null, 3, null, null, 4, 5], a)
  expect(drawn.path.match(/M/g)).toHaveLength(2)
  expect(drawn.path.match(/L/g)).toHaveLength(2)
  expect(drawn.points).toHaveLength(5)
  expect(drawn.alone).toEqual([{ x: xOf(3, 8), y: yOf(3, a) }])
  expect(line([null], a)).toEqual({ path: '', points: [], alone: [] })
})

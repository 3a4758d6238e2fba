import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayCoordinates, readCoordinates } from '../../src/lib/coordinates.ts'

describe('a point on the map', () => {
  it('is read from numbers and from words, and shown as map applications take it', () => {
    const point = { latitude: 16.05, longitude: 108.2 }
    expect(readCoordinates({ latitude: '16.05', longitude: ' 108.2 ' })).toEqual(point)
    expect(readCoordinates({ latitude: 16.05, longitude: 108.2, horizontal_accuracy: 12 })).toEqual(point)
    expect(displayCoordinates(point)).toBe('16.05000, 108.20000')
  })

  it('of the Earth only', () => {
    const strange = [
      undefined,
      null,
      'x',
      {},
      { latitude: '', longitude: '' },
      { latitude: 91, longitude: 0 },
      { latitude: 0, longitude: -180.01 },
      { latitude: Number.NaN, longitude: 1 },
      { latitude: '16,05', longitude: '108' },
      { latitude: [16], longitude: { $gt: 0 } },
    ]
    for (const given of strange) expect(readCoordinates(given)).toBeUndefined()
  })

  it('loses no more than a metre, and comes back as it was shown', () => {
    const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true })
    fc.assert(
      fc.property(degrees(90), degrees(180), (latitude, longitude) => {
        const read = readCoordinates({ latitude, longitude })!
        expect(Math.abs(read.latitude - latitude)).toBeLessThan(0.00001)
        const [shownLatitude, shownLongitude] = displayCoordinates(read).split(', ')
        // -0 is shown as 0.
        expect(readCoordinates({ latitude: shownLatitude, longitude: shownLongitude })).toEqual({
          latitude: read.latitude + 0,
          longitude: read.longitude + 0,
        })
      }),
    )
  })
})

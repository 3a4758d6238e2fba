import { describe, expect, test } from 'vitest'
import { identityCardSigns } from '../../../src/reports/evidence/identity-card.ts'

describe('words that name a card', () => {
  const naming = [
    'cccd.jpg',
    'CCCD_mat_truoc.JPG',
    'IMG_cccd2.png',
    'Căn cước công dân',
    'can cuoc',
    'cancuoc.jpg',
    'CĂN CƯỚC',
    'cmnd cũ của em',
    'CMT.jpg',
    'chứng minh nhân dân',
    'chung-minh-thu.png',
    'ảnh giấy tờ tùy thân',
    'hộ chiếu',
    'passport_scan.pdf',
    'id card.jpg',
    'IDCard.jpg',
    'Căn cước'.normalize('NFD'),
  ]
  test.each(naming)('%s', (text) => {
    expect(identityCardSigns({ fileName: text })).toEqual(['words'])
    expect(identityCardSigns({ caption: text })).toEqual(['words'])
  })

  const harmless = [
    'IMG_0042.jpg',
    'Biên lai thu tiền.pdf',
    'căn cứ pháp lý',
    'chứng minh thu nhập',
    'tôi có thể chứng minh việc này',
    'video card.jpg',
    'cmtn',
    'căn hộ',
    'screenshot_2026.png',
    'ảnh chụp tin nhắn',
  ]
  test.each(harmless)('not: %s', (text) => {
    expect(identityCardSigns({ fileName: text, caption: text })).toEqual([])
  })
})

describe('the shape of a card', () => {
  const shape = (widthPx: number, heightPx: number) => identityCardSigns({ size: { widthPx, heightPx } })

  test('cut out by hand or by an app, lying or standing', () => {
    for (const [width, height] of [
      [856, 540],
      [540, 856],
      [1011, 638],
      [1600, 1010],
      [2480, 1560],
      [1000, 625 + 5],
    ]) {
      expect(shape(width!, height!), `${width} × ${height}`).toEqual(['shape'])
    }
  })

  test('not that of photos, screens and pages', () => {
    const others = [
      [4032, 3024],
      [3024, 4032],
      [6000, 4000],
      [1920, 1080],
      [1080, 1920],
      [1080, 2400],
      [1170, 2532],
      [1080, 1350],
      [1000, 1000],
      [2480, 3508],
      [1920, 1200],
      [2560, 1600],
      [1440, 900],
      [1280, 800],
      [1024, 600],
      [1, 1],
      [10_000, 1],
    ]
    for (const [width, height] of others) expect(shape(width!, height!), `${width} × ${height}`).toEqual([])
  })
})

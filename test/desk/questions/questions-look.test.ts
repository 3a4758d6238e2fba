import { expect, it } from 'vitest'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { unansweredQuestion } from '../../../src/catalogue/unanswered-question.ts'
import { openTestDatabase } from '../../support/database.ts'
import { findViolations, noBrowserReason, openBrowser, takeScreenshot } from '../../support/open-browser.ts'
import { openDesk, Visitor } from '../open-desk.ts'

it.skipIf(noBrowserReason)(
  'the pages of questions break no rule of accessibility and fit a phone',
  async () => {
    const database = await openTestDatabase()
    const desk = await openDesk(database)
    const browser = await openBrowser()
    try {
      const { secret } = await desk.add('lan', ['leader'])
      const visitor = new Visitor(desk)
      await visitor.signIn('lan', secret)
      for (const text of [
        'xin thẻ đi làm cho ông tây',
        'cho em hỏi thuê nhà ở xã hội cho công nhân nộp ở đâu',
      ]) {
        await desk.questions.stores.questions.record(
          unansweredQuestion({ text, outcome: 'not-found', channel: 'web', askedAt: desk.clock.now() }, fold),
        )
      }
      const list = (await visitor.get('/desk/questions')).body
      const link = /href="(\/desk\/questions\/[0-9a-f]{16})"/.exec(list)![1]!
      const group = (await visitor.get(link)).body
      const taught = { kind: 'alias', words: 'thẻ đi làm cho ông tây', code: '1.014199' }
      const tried = (await visitor.post(`${link}/try`, taught)).body
      await visitor.post(`${link}/keep`, { ...taught, reason: 'người dân gọi vậy' })
      const words = (await visitor.get('/desk/questions/words')).body
      const url = await desk.app.listen({ port: 0, host: '127.0.0.1' })
      for (const [name, html] of Object.entries({ list, group, tried, words })) {
        for (const width of [1280, 420]) {
          const page = await browser.newPage({ viewport: { width, height: 900 } })
          await page.route('**/page.html', (route) => route.fulfill({ contentType: 'text/html', body: html }))
          await page.goto(`${url}/page.html`)
          expect(await findViolations(page), `${name} ${width}`).toEqual([])
          const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
          expect(wide, `${name} ${width}`).toBeLessThanOrEqual(width)
          await takeScreenshot(page, `questions-${name}-${width}`)
          await page.close()
        }
      }
    } finally {
      await browser.close()
      await desk.close()
      await database.close()
    }
  },
  90_000,
)

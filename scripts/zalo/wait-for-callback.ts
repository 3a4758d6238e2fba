import { createServer } from 'node:http'
import { createInterface } from 'node:readline/promises'
import type { ZaloSetupTexts } from './setup-texts.ts'

/** A code lives as long. */
const waitMs = 10 * 60_000

export type WaitForCallback = (isGood: (address: string) => boolean) => Promise<string | undefined>

/** On the machine that the browser runs on the answer is taken where it arrives; else the administrator pastes it. */
export function waitForCallbackAt(callbackUrl: string, texts: ZaloSetupTexts): WaitForCallback {
  const url = new URL(callbackUrl)
  const isHere = url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname)
  return isHere ? (isGood) => listen(url, texts, isGood) : () => paste(texts)
}

async function paste(texts: ZaloSetupTexts): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)))
    return await Promise.race([terminal.question(texts.say('zalo-setup.step-paste')), closed])
  } finally {
    terminal.close()
  }
}

function listen(
  url: URL,
  texts: ZaloSetupTexts,
  isGood: (address: string) => boolean,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const address = new URL(request.url ?? '/', url)
      const isOurs = address.pathname === url.pathname && isGood(address.href)
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(texts.say(isOurs ? 'zalo-setup.browser-done' : 'zalo-setup.browser-wrong'))
      if (isOurs) end(address.href)
    })
    const timer = setTimeout(() => end(undefined), waitMs)
    const end = (address: string | undefined) => {
      clearTimeout(timer)
      server.close()
      server.closeIdleConnections()
      resolve(address)
    }
    server.once('error', reject)
    server.listen(Number(url.port || 80), '127.0.0.1', () => {
      process.stderr.write(`${texts.say('zalo-setup.step-listen', { url: url.href })}\n`)
    })
  })
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js'

/**
 * telegram-test-api delivers to any webhook address, without the secret that setWebhook named. The gate stands where
 * Telegram's own delivery would be: it adds the header and hands the update on to the service under test.
 */
export class EmulatorWithGate extends TelegramServer {
  registered: { url: string; secret_token?: string } | undefined
  /** Where the service under test listens. */
  serviceUrl = ''
  readonly #gate = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void fetch(`${this.serviceUrl}${new URL(this.registered!.url).pathname}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-telegram-bot-api-secret-token': this.registered?.secret_token ?? '',
        },
        body: Buffer.concat(chunks),
      }).then((answer) => response.writeHead(answer.status).end())
    })
  })

  async startWithGate(): Promise<void> {
    await this.start()
    await new Promise<void>((resolve) => this.#gate.listen(0, '127.0.0.1', resolve))
  }

  async stopWithGate(): Promise<void> {
    // Lets a delivery under way end: the emulator does not catch its failure.
    await new Promise((resolve) => this.#gate.close(resolve))
    await this.stop()
  }

  override setWebhook(webhook: { url: string }, botToken: string): void {
    this.registered = webhook
    super.setWebhook({ url: `http://127.0.0.1:${(this.#gate.address() as AddressInfo).port}/` }, botToken)
  }
}

/** A port that was free a moment ago: the emulator takes a number only. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

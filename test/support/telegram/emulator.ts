import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js'

/** The fields of a message with a photo, in one size. */
export const photoFields = (fileId: string, bytes: Uint8Array) => ({
  photo: [
    { file_id: fileId, file_unique_id: `u${fileId}`, width: 960, height: 1280, file_size: bytes.length },
  ],
})

/**
 * telegram-test-api delivers to any webhook address, without the secret that setWebhook named. The gate stands where
 * Telegram's own delivery would be: it adds the header and hands the update on to the service under test. It has no files
 * either; those that were kept here are found by getFile and downloaded as at Telegram.
 */
export class EmulatorWithGate extends TelegramServer {
  registered: { url: string; secret_token?: string } | undefined
  /** Where the service under test listens. */
  serviceUrl = ''
  readonly #files = new Map<string, Uint8Array>()
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
    this.#serveFiles(Reflect.get(this, 'server') as Server)
    await new Promise<void>((resolve) => this.#gate.listen(0, '127.0.0.1', resolve))
  }

  /** What a message may name as its photo or document from now on. */
  keepFile(fileId: string, bytes: Uint8Array): void {
    this.#files.set(fileId, bytes)
  }

  /** Before the emulator's own routes, of which the last one refuses all that it does not know. */
  #serveFiles(server: Server): void {
    const own = server.listeners('request') as ((
      request: IncomingMessage,
      response: ServerResponse,
    ) => void)[]
    server.removeAllListeners('request')
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (/^\/(file\/)?bot[^/]+\/(getFile$|kept\/)/.test(request.url!))
        void this.#answerFile(request, response)
      else for (const listener of own) listener(request, response)
    })
  }

  async #answerFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const isQuestion = request.url!.endsWith('/getFile')
    const fileId = isQuestion
      ? String((JSON.parse(Buffer.concat(chunks).toString()) as { file_id: unknown }).file_id)
      : request.url!.split('/').at(-1)!
    const bytes = this.#files.get(fileId)
    if (!bytes) response.writeHead(isQuestion ? 400 : 404, { 'content-type': 'application/json' })
    if (!isQuestion) return void response.end(bytes)
    const answer = bytes
      ? { ok: true, result: { file_id: fileId, file_size: bytes.length, file_path: `kept/${fileId}` } }
      : { ok: false, error_code: 400, description: 'Bad Request: wrong file_id' }
    response.end(JSON.stringify(answer))
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

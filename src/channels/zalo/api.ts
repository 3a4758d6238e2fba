import type { ErrorClass } from './error-table.ts'

/** Zalo's three servers; their error codes mean different things. */
export type ZaloHost = 'oauth' | 'openapi' | 'business'

/** One call with the access token of the OA. */
export interface ZaloRequest {
  host: Exclude<ZaloHost, 'oauth'>
  /**
   * `data`: GET with one parameter `data` that holds JSON (openapi) · `query`: GET with plain parameters (business) ·
   * `json`: POST · `form`: POST multipart
   */
  path: string
  body:
    | { kind: 'data'; data: Record<string, unknown> }
    | { kind: 'query'; query: Record<string, string | number> }
    | { kind: 'json'; json: Record<string, unknown> }
    | { kind: 'form'; file: { bytes: Uint8Array; name: string; type: string } }
}

export type ZaloOutcome =
  /** `error: 0`. `data` is a foreign value, to be parsed. */
  | { kind: 'done'; data: unknown }
  /** Zalo said no; HTTP says 200 all the same. */
  | { kind: 'refused'; code: number; message: string; errorClass: ErrorClass; afterMs?: number }
  /** `mayHaveHappened`: the request left and no answer came, or one that nobody can read; there is no key to repeat it safely. */
  | { kind: 'failed'; reason: string; mayHaveHappened: boolean }
  /** There is no token that works; somebody must give consent again. */
  | { kind: 'no-consent'; reason: string }

/** Zalo's interface with everything about tokens inside: a refused token is refreshed once and the call made once more. Never throws for a foreseen answer. */
export interface ZaloApi {
  call(request: ZaloRequest, options?: { signal?: AbortSignal }): Promise<ZaloOutcome>
}

export interface Bm25 {
  /** How fast repeats of a term stop counting. */
  k1: number
  /** How much long texts are held back: 0 not at all, 1 fully. */
  b: number
  /** Terms in more documents than this are left out: they cost most and say least. */
  maxDocuments?: number
}

/** What postings consist of, for writing them to a file. */
export interface PostingParts {
  /** Per term, and one more: where its documents begin. */
  starts: Int32Array
  documents: Int32Array
  parts: Float32Array
  idf: Float32Array
  /** How many documents there are. */
  size: number
}

/** An inverted index with ready-made BM25 parts: adding up the parts of a query's terms gives the score. */
export class Postings {
  readonly #starts: Int32Array
  readonly #documents: Int32Array
  readonly #parts: Float32Array
  readonly #idf: Float32Array
  readonly #scores: Float32Array
  readonly #stamps: Int32Array
  readonly #touched: Int32Array
  #touchedCount = 0
  #stamp = 0

  constructor(parts: PostingParts) {
    this.#starts = parts.starts
    this.#documents = parts.documents
    this.#parts = parts.parts
    this.#idf = parts.idf
    this.#scores = new Float32Array(parts.size)
    this.#stamps = new Int32Array(parts.size)
    this.#touched = new Int32Array(parts.size)
  }

  parts(): PostingParts {
    return {
      starts: this.#starts,
      documents: this.#documents,
      parts: this.#parts,
      idf: this.#idf,
      size: this.#scores.length,
    }
  }

  idf(term: number): number {
    return this.#idf[term] ?? 0
  }

  documentCount(term: number): number {
    return term + 1 < this.#starts.length ? this.#starts[term + 1]! - this.#starts[term]! : 0
  }

  /** Starts a new query. */
  clear(): void {
    this.#stamp++
    this.#touchedCount = 0
  }

  add(term: number, weight: number): void {
    if (term + 1 >= this.#starts.length) return
    const documents = this.#documents
    const parts = this.#parts
    const scores = this.#scores
    const stamps = this.#stamps
    const stamp = this.#stamp
    let touchedCount = this.#touchedCount
    const end = this.#starts[term + 1]!
    for (let i = this.#starts[term]!; i < end; i++) {
      const document = documents[i]!
      if (stamps[document] === stamp) {
        scores[document]! += weight * parts[i]!
      } else {
        stamps[document] = stamp
        scores[document] = weight * parts[i]!
        this.#touched[touchedCount++] = document
      }
    }
    this.#touchedCount = touchedCount
  }

  score(document: number): number {
    return this.#stamps[document] === this.#stamp ? this.#scores[document]! : 0
  }

  /** Documents with at least one term of the query; valid until `clear`. */
  get touched(): Int32Array {
    return this.#touched.subarray(0, this.#touchedCount)
  }
}

/** Collects the terms of documents 0, 1, 2 … in that order. */
export class PostingsBuilder {
  #terms = new Int32Array(4096)
  #documents = new Int32Array(4096)
  #counts = new Float32Array(4096)
  #size = 0
  readonly #lengths: number[] = []

  /** @param counts how often (weighted) each term occurs in the document. */
  addDocument(counts: ReadonlyMap<number, number>): void {
    const document = this.#lengths.length
    let length = 0
    for (const [term, count] of counts) {
      if (this.#size === this.#terms.length) this.#grow()
      this.#terms[this.#size] = term
      this.#documents[this.#size] = document
      this.#counts[this.#size] = count
      this.#size++
      length += count
    }
    this.#lengths.push(length)
  }

  build({ k1, b, maxDocuments = Number.POSITIVE_INFINITY }: Bm25): Postings {
    const size = this.#lengths.length
    const termCount = this.#terms.subarray(0, this.#size).reduce((max, term) => Math.max(max, term), -1) + 1
    const frequencies = new Int32Array(termCount)
    for (let i = 0; i < this.#size; i++) frequencies[this.#terms[i]!]!++
    const starts = new Int32Array(termCount + 1)
    const idf = new Float32Array(termCount)
    for (let term = 0; term < termCount; term++) {
      const frequency = frequencies[term]!
      starts[term + 1] = starts[term]! + (frequency > maxDocuments ? 0 : frequency)
      idf[term] = Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
    }
    const average = this.#lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, size)
    const documents = new Int32Array(starts[termCount]!)
    const parts = new Float32Array(starts[termCount]!)
    const next = starts.slice()
    for (let i = 0; i < this.#size; i++) {
      const term = this.#terms[i]!
      if (frequencies[term]! > maxDocuments) continue
      const document = this.#documents[i]!
      const count = this.#counts[i]!
      const norm = k1 * (1 - b + (b * this.#lengths[document]!) / average)
      const at = next[term]!++
      documents[at] = document
      parts[at] = (idf[term]! * count * (k1 + 1)) / (count + norm)
    }
    return new Postings({ starts, documents, parts, idf, size })
  }

  #grow(): void {
    const terms = new Int32Array(this.#terms.length * 2)
    terms.set(this.#terms)
    this.#terms = terms
    const documents = new Int32Array(this.#documents.length * 2)
    documents.set(this.#documents)
    this.#documents = documents
    const counts = new Float32Array(this.#counts.length * 2)
    counts.set(this.#counts)
    this.#counts = counts
  }
}

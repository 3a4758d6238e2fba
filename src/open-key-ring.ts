import { resolve } from 'node:path'
import type { Config } from './config.ts'
import { keyFileIn, makeKeyFile, readKeyFile } from './key-file.ts'
import { AppError } from './lib/errors.ts'
import { createKeyRing, type EncryptionKey, type KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'

/** Why the service does not start with these keys; each has a text `operation.key.<fault>` that tells the mend. */
export type KeyRefusal =
  /** The file is there but this user may not read it. */
  | 'file-unreadable'
  /** The file does not hold exactly one key. */
  | 'file-garbled'
  /** The setting and the file name different keys by the same id. */
  | 'same-id'
  /** The database was sealed under another key. */
  | 'differs'
  /** The database is sealed, and there is neither a setting nor a file. */
  | 'missing'

export class KeyRefused extends AppError {
  readonly refusal: KeyRefusal
  readonly file: string

  constructor(refusal: KeyRefusal, file: string, cause?: unknown) {
    super('CONFIG_INVALID', `the encryption key is refused: ${refusal}`, { cause })
    this.refusal = refusal
    this.file = file
  }
}

/** Of the installation, beside what is sealed: tells at the start whether the keys are the ones that were used. */
export interface KeyWitness {
  find(name: string): Promise<Buffer | undefined>
  getOrMake(name: string, make: () => Buffer): Promise<Buffer>
}

export interface OpenedKeyRing {
  /** Undefined without any key: then nothing is sealed and reports are not taken. */
  keyRing?: KeyRing
  /** Set when the file was made just now. */
  madeKeyFile?: string
}

const witnessName = 'key witness'

/**
 * The key ring of the installation: the keys of ENCRYPTION_KEY first, then that of `DATA_DIR/encryption.key`. With the
 * embedded database and neither of them the file is made. The database holds a sealed witness, so that a wrong key is
 * told at the start and not by records that do not open.
 *
 * @param options `isOnlyLooking`: makes neither file nor witness
 * @throws {KeyRefused}
 */
export async function openKeyRing(
  { security, storage }: Pick<Config, 'security' | 'storage'>,
  witness: KeyWitness,
  options: { log: Log; isOnlyLooking?: boolean },
): Promise<OpenedKeyRing> {
  const file = resolve(keyFileIn(storage.dataDir))
  const sealedWitness = await witness.find(witnessName)
  const keys = joined(security.encryptionKeys ?? [], await readKey(file), file)
  let madeKeyFile: string | undefined
  if (keys.length === 0) {
    if (sealedWitness) throw new KeyRefused('missing', file)
    if (storage.mongodbUri || options.isOnlyLooking) return {}
    await makeKeyFile(file)
    madeKeyFile = file
    keys.push(...joined([], await readKey(file), file))
    options.log.warn({ file }, 'key: made; without this file nobody can read the reports, keep a copy of it')
  }
  const keyRing = createKeyRing(keys)
  if (sealedWitness || !options.isOnlyLooking) {
    const make = () => keyRing.seal(Buffer.from(witnessName), witnessName)
    const sealed = sealedWitness ?? (await witness.getOrMake(witnessName, make))
    if (keyRing.open(sealed, witnessName).kind === 'refused') throw new KeyRefused('differs', file)
  }
  return { keyRing, ...(madeKeyFile ? { madeKeyFile } : {}) }
}

async function readKey(file: string): Promise<EncryptionKey | undefined> {
  const read = await readKeyFile(file)
  switch (read.kind) {
    case 'absent':
      return undefined
    case 'key':
      return read.key
    case 'unreadable':
      throw new KeyRefused('file-unreadable', file, read.cause)
    case 'garbled':
      throw new KeyRefused('file-garbled', file)
  }
}

function joined(
  settings: EncryptionKey[],
  fromFile: EncryptionKey | undefined,
  file: string,
): EncryptionKey[] {
  if (!fromFile || settings.some(({ key }) => key.equals(fromFile.key))) return [...settings]
  if (settings.some(({ id }) => id === fromFile.id)) throw new KeyRefused('same-id', file)
  return [...settings, fromFile]
}

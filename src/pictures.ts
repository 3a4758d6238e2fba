import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadImage } from './channels/zalo/image.ts'

/** Pictures that an office puts into `data/pictures`, by their names. */
export function createPictures(rootDir: string): ReadImage {
  return async (file) => {
    const type = /^[\w-]+\.(?:jpe?g|(png))$/i.exec(file)
    if (!type) return undefined
    try {
      const bytes = await readFile(join(rootDir, 'data/pictures', file))
      return { bytes, type: type[1] === undefined ? 'image/jpeg' : 'image/png' }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

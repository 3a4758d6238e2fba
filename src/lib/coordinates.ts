import { z } from 'zod'

/** A point on the map as a telephone tells it: degrees (WGS 84) with five decimals, about a metre. */
export interface Coordinates {
  latitude: number
  longitude: number
}

const decimals = 5

const degrees = (max: number) =>
  z
    .union([z.number(), z.string().trim().min(1)])
    .transform(Number)
    .pipe(z.number().min(-max).max(max))
    .transform((value) => Number(value.toFixed(decimals)))
const coordinatesSchema = z.object({ latitude: degrees(90), longitude: degrees(180) })

/** From numbers or from words, as platforms send them; undefined for what is no point of the Earth. */
export function readCoordinates(given: unknown): Coordinates | undefined {
  return coordinatesSchema.safeParse(given).data
}

/** "16.05000, 108.20000": as map applications take it when it is pasted there. */
export function displayCoordinates({ latitude, longitude }: Coordinates): string {
  return `${latitude.toFixed(decimals)}, ${longitude.toFixed(decimals)}`
}

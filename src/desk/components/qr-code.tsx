import { create } from 'qrcode'

/** A QR code as one drawing: no image file, no address that holds the secret. */
export function QrCode({ content, label }: { content: string; label: string }) {
  const { size, data } = create(content, { errorCorrectionLevel: 'M' }).modules
  const quiet = 4
  const squares = Array.from(data, (dark, n) =>
    dark ? `M${(n % size) + quiet} ${Math.floor(n / size) + quiet}h1v1h-1z` : '',
  ).join('')
  const side = size + 2 * quiet
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <rect width={String(side)} height={String(side)} fill="#fff" />
      <path d={squares} fill="#000" />
    </svg>
  )
}

import { create } from 'qrcode'
import { slipStartPayload } from '../../src/dossiers/slip-token.ts'
import type { SlipTexts } from './slip-texts.ts'

export interface Slip {
  code: string
  token: string
}

/** Where the codes lead; at least one. */
export interface SlipTargets {
  /** Username of the bot, without "@". */
  telegram?: string
  /** Without a slash at the end. */
  publicUrl?: string
}

export interface SlipLink {
  name: string
  url: string
}

export function slipLinks(token: string, { telegram, publicUrl }: SlipTargets, texts: SlipTexts): SlipLink[] {
  return [
    ...(telegram
      ? [
          {
            name: texts.say('slip.telegram'),
            url: `https://t.me/${telegram}?start=${slipStartPayload(token)}`,
          },
        ]
      : []),
    ...(publicUrl ? [{ name: texts.say('slip.web'), url: `${publicUrl}/?d=${token}` }] : []),
  ]
}

/** One page of A6 for each slip, complete in itself: no picture, font or script is fetched. */
export function slipPage(
  slips: readonly Slip[],
  { agency, targets, texts }: { agency: string; targets: SlipTargets; texts: SlipTexts },
): string {
  const sheet = ({ code, token }: Slip) => `<section class="slip">
<p class="agency">${escaped(agency)}</p>
<h1>${escaped(texts.say('slip.title'))}</h1>
<dl><dt>${escaped(texts.say('slip.code'))}</dt><dd>${escaped(code)}</dd></dl>
<div class="codes">
${slipLinks(token, targets, texts)
  .map(({ name, url }) => `<figure>${qrSvg(url, name)}<figcaption>${escaped(name)}</figcaption></figure>`)
  .join('\n')}
</div>
<p>${escaped(texts.say('slip.scan'))}</p>
<p>${escaped(texts.say('slip.typed'))}</p>
<p class="keep">${escaped(texts.say('slip.keep'))}</p>
</section>`
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(texts.say('slip.title'))}</title>
<style>${styles}</style>
</head>
<body>
${slips.map(sheet).join('\n')}
</body>
</html>
`
}

/** A quarter of a sheet of A4; what is in it never runs over to a second page. */
const styles = `
@page { size: 105mm 148mm; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; background: #e8e8e8; color: #000; font: 10pt/1.4 "Noto Sans", "Segoe UI", Arial, sans-serif }
.slip { width: 105mm; height: 148mm; margin: 4mm auto; padding: 8mm; background: #fff; overflow: hidden;
  display: flex; flex-direction: column; break-after: page }
.slip:last-child { break-after: auto }
.agency { margin: 0; font-size: 9pt; text-align: center }
h1 { margin: 1mm 0 3mm; font-size: 14pt; text-align: center }
dl { margin: 0 0 3mm; padding: 2mm; border: .4mm solid #000; text-align: center }
dt { font-size: 8pt }
dd { margin: 0; font: bold 12pt/1.3 "Noto Sans Mono", Consolas, monospace; white-space: nowrap }
.codes { display: flex; justify-content: center; gap: 6mm }
figure { margin: 0; text-align: center }
figure svg { display: block; width: 38mm; height: 38mm }
figcaption { font-size: 9pt; font-weight: bold }
p { margin: 2mm 0 0; font-size: 9pt }
.keep { margin-top: auto; font-weight: bold }
@media print { body { background: none } .slip { margin: 0 } }
`

const quiet = 4

function qrSvg(content: string, label: string): string {
  const { size, data } = create(content, { errorCorrectionLevel: 'M' }).modules
  const squares = Array.from(data, (dark, n) =>
    dark ? `M${(n % size) + quiet} ${Math.floor(n / size) + quiet}h1v1h-1z` : '',
  ).join('')
  const side = size + 2 * quiet
  return `<svg viewBox="0 0 ${side} ${side}" role="img" aria-label="QR ${escaped(label)}"><path d="${squares}"/></svg>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!)
}

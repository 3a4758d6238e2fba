import { create } from 'qrcode'
import type { Slip } from '../../../dossiers/make-slips.ts'
import { slipStartPayload } from '../../../dossiers/slip-token.ts'
import type { SlipTexts } from './slip-texts.ts'

/** Where the codes lead; at least one. */
export interface SlipTargets {
  /** Username of the bot, without "@". */
  telegram?: string
  /**
   * Id of the Official Account. Zalo's link opens the chat and carries nothing into it, so people are asked to type the number
   * of the dossier there.
   */
  zalo?: string
  /** Without a slash at the end. */
  publicUrl?: string
}

export interface SlipLink {
  name: string
  url: string
}

export function slipLinks(
  token: string,
  { telegram, zalo, publicUrl }: SlipTargets,
  texts: SlipTexts,
): SlipLink[] {
  return [
    ...(zalo ? [{ name: texts.say('slip.zalo'), url: `https://zalo.me/${zalo}` }] : []),
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

export interface SlipPageParts {
  agency: string
  targets: SlipTargets
  texts: SlipTexts
  /** On the screen only: where to go when it is printed. */
  backTo?: string
}

/** One page of A6 for each slip, complete in itself: no picture, font or script is fetched. */
export function slipPage(slips: readonly Slip[], { agency, targets, texts, backTo }: SlipPageParts): string {
  const bar =
    backTo === undefined
      ? ''
      : `<nav><a href="${escaped(backTo)}">${escaped(texts.say('slip.back'))}</a>
<span>${escaped(texts.say('slip.print', { count: slips.length }))}</span></nav>
`
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
<style>${slipStyles}</style>
</head>
<body>
${bar}<main>
${slips.map(sheet).join('\n')}
</main>
</body>
</html>
`
}

/** A quarter of a sheet of A4; what is in it never runs over to a second page. */
export const slipStyles = `
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
.codes:has(figure:nth-child(3)) { gap: 2mm }
.codes:has(figure:nth-child(3)) svg { width: 28mm; height: 28mm }
.codes:has(figure:nth-child(3)) figcaption { font-size: 8pt }
p { margin: 2mm 0 0; font-size: 9pt }
.keep { margin-top: auto; font-weight: bold }
nav { display: flex; flex-wrap: wrap; gap: 4mm; align-items: center; padding: 3mm 5mm; background: #fff; font-size: 12pt }
nav a { padding: 2mm 0; color: #0b4a52 }
@media print { body { background: none } .slip { margin: 0 } nav { display: none } }
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

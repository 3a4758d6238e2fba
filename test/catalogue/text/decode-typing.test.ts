import { describe, expect, it } from 'vitest'
import { decodeTelex, decodeTyping, decodeVni } from '../../../src/catalogue/text/decode-typing.ts'

const telex = `giaays→giay phesp→phep ddoongj→dong ddawng→dang kys→ky hoof→ho sow→so truwowngf→truong nguwowif→nguoi
  khuyeets→khuyet taatj→tat thaats→that nghieepj→nghiep nghieejp→nghiep trowj→tro caaps→cap thuwowng→thuong leej→le
  phis→phi owr→o ddaau→dau mawts→mat laau→lau huowngr→huong quyeets→quyet ddinhj→dinh giaf→gia banr→ban uwngs→ung
  nuwowcs→nuoc xax→xa hooij→hoi`
const vni = `gia61y→giay phe1p→phep d9o65ng→dong d9a8ng→dang ho62→ho so7→so ngu7o72i→nguoi tro75→tro ca61p→cap le65→le
  phi1→phi o73→o d9a6u→dau`
const untouched = `lao bao sao online zalo web email file form app internet passport sms ok ko ntn hs h32 tt01 nd61 c2 covid19`

const pairs = (list: string) => list.split(/\s+/).map((pair) => pair.split('→') as [string, string])

describe('left-overs of typing methods', () => {
  it.each(pairs(telex))('Telex %s is %s', (typed, meant) => {
    expect(decodeTelex(typed)).toBe(meant)
  })

  it.each(pairs(vni))('VNI %s is %s', (typed, meant) => {
    expect(decodeVni(typed)).toBe(meant)
  })

  it.each(untouched.split(' '))('%s stays', (word) => {
    expect(decodeTyping(word)).toBeUndefined()
  })
})

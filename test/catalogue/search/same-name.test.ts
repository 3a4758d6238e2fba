import { expect, it } from 'vitest'
import { sameNameKey } from '../../../src/catalogue/search/same-name.ts'
import { tokenise } from '../../../src/catalogue/text/tokenise.ts'

const key = (name: string) => sameNameKey(tokenise(name))

it.each([
  ['Cấp lại thẻ căn cước', 'Cấp lại thẻ căn cước (thực hiện tại cấp tỉnh)'],
  ['Giải quyết hưởng bảo hiểm xã hội một lần', 'HƯỞNG BẢO HIỂM XÃ HỘI MỘT LẦN.'],
  ['Hưởng trợ cấp thất nghiệp (Cấp tỉnh)', 'Hưởng trợ cấp thất nghiệp'],
])('"%s" and "%s" share one place', (one, other) => {
  expect(key(one)).toBe(key(other))
})

it.each([
  ['Cấp thẻ căn cước', 'Cấp lại thẻ căn cước'],
  ['Đăng ký khai sinh', 'Đăng ký khai sinh lưu động'],
])('"%s" and "%s" do not', (one, other) => {
  expect(key(one)).not.toBe(key(other))
})

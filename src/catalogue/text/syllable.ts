const initials = 'b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ')

const rhymes = new Set(
  `a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu
  im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong ooc oong
  op ot u ua uan uang uat uay uc ue uech uen uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya
  uych uyen uyet uyn uynh uyp uyt uyu y yem yen yeng yet yeu`.split(/\s+/),
)

/** An initial consonant and the rest of a folded syllable; `qu` and `gi` count as initials before a vowel. */
export function splitInitial(folded: string): { initial: string; rest: string } {
  const cluster = /^(?:qu(?=[aeiouy])|gi(?=[aeou])|ngh|ng|nh|ch|gh|kh|ph|th|tr|[bcdghklmnpqrstvx])/.exec(
    folded,
  )
  const initial = cluster?.[0] ?? ''
  return { initial, rest: folded.slice(initial.length) }
}

/** Whether a folded word can be one Vietnamese syllable: "nghiep" yes, "online" no. */
export function isSyllable(folded: string): boolean {
  const { initial, rest } = splitInitial(folded)
  if (initial !== '' && !initials.includes(initial)) return false
  return rhymes.has(rest)
}

// Korean particles: which form follows a word depends on whether its last syllable ends in a consonant.

const FORMS = {
  '을/를': ['을', '를'],
  '이/가': ['이', '가'],
  '은/는': ['은', '는'],
  '으로/로': ['으로', '로'],
  '과/와': ['과', '와'],
} as const

/** A particle, named by both its forms. */
export type Josa = keyof typeof FORMS

const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3
const FINALS = 28
const RIEUL = 8

/** Finals of the digits as they are read: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구. */
const DIGIT_FINALS = [21, RIEUL, 0, 16, 0, 0, 1, RIEUL, RIEUL, 0]
/** Latin letters that are read with a final consonant: l, m, n, r. */
const LETTER_FINALS: Record<string, number> = { l: RIEUL, m: 16, n: 4, r: RIEUL }

/** The word with the particle that fits it. */
export function withJosa(word: string, josa: Josa): string {
  const [afterConsonant, afterVowel] = FORMS[josa]
  const final = finalOf(word)
  const takesVowelForm = final === 0 || (josa === '으로/로' && final === RIEUL)
  return word + (takesVowelForm ? afterVowel : afterConsonant)
}

function finalOf(word: string): number {
  const last = word.trimEnd().slice(-1)
  const code = last.charCodeAt(0)
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) return (code - FIRST_SYLLABLE) % FINALS
  if (last >= '0' && last <= '9') return DIGIT_FINALS[Number(last)] ?? 0
  return LETTER_FINALS[last.toLowerCase()] ?? 0
}

/** The particle alone that fits a word. */
export function josaOf(word: string, josa: Josa): string {
  return withJosa(word, josa).slice(word.length)
}

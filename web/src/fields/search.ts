// Search as one types Korean: initial consonants stand for syllables (ㅅㅍㄹ finds 스프린트), and a syllable that is
// still being composed matches what it may become (스ㅍ, 슾 and 스프 all find 스프린트).

const FIRST = 0xac00
const LAST = 0xd7a3
const MEDIALS = 21
const FINALS = 28
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
/** The consonant that each final becomes, once a vowel follows it. */
const FINAL_CONSONANTS = ' ㄱㄲ ㄴ  ㄷㄹ       ㅁㅂ ㅅㅆㅇㅈㅊㅋㅌㅍㅎ'

/** Whether every word of a query stands somewhere in a text. */
export function isFoundBy(query: string, text: string): boolean {
  const words = normal(query).split(/\s+/).filter(Boolean)
  const shown = Array.from(normal(text))
  return words.every((word) => standsIn(Array.from(word), shown))
}

function normal(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function standsIn(word: readonly string[], text: readonly string[]): boolean {
  for (let start = 0; start < text.length; start += 1) if (startsAt(word, text, start)) return true
  return false
}

function startsAt(word: readonly string[], text: readonly string[], start: number): boolean {
  return word.every((char, at) => {
    const shown = text[start + at]
    if (shown === undefined) return false
    if (char === shown || initialOf(shown) === char) return true
    return at === word.length - 1 && mayBecome(char, shown, text[start + at + 1])
  })
}

/** Whether the syllable at the end of a query may still become what a text says. */
function mayBecome(char: string, shown: string, next: string | undefined): boolean {
  const [typed, read] = [partsOf(char), partsOf(shown)]
  if (!typed || !read || typed.initial !== read.initial || typed.medial !== read.medial) return false
  if (typed.final === 0) return true
  return read.final === 0 && next !== undefined && initialOf(next) === FINAL_CONSONANTS[typed.final]
}

function partsOf(char: string): { initial: number; medial: number; final: number } | null {
  const code = char.charCodeAt(0)
  if (code < FIRST || code > LAST) return null
  const at = code - FIRST
  return {
    initial: Math.floor(at / (MEDIALS * FINALS)),
    medial: Math.floor((at % (MEDIALS * FINALS)) / FINALS),
    final: at % FINALS,
  }
}

function initialOf(char: string): string | null {
  const parts = partsOf(char)
  return parts ? (INITIALS[parts.initial] ?? null) : null
}

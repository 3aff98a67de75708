// Search as Korean readers expect it: initial consonants find syllables (ㅅㅍㄹ → 스프린트), a syllable still being
// typed finds the one it will become, and every word of the query must occur somewhere.

const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3
const FINALS = 28
const VOWELS = 21
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
/** Final consonants in the order of Unicode, from the first that is one. */
const FINAL_CONSONANTS = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'
/** Two consonants that end one syllable: the first stays, the second starts the next. */
const SPLIT_FINALS: Record<string, readonly [string, string]> = {
  ㄳ: ['ㄱ', 'ㅅ'],
  ㄵ: ['ㄴ', 'ㅈ'],
  ㄶ: ['ㄴ', 'ㅎ'],
  ㄺ: ['ㄹ', 'ㄱ'],
  ㄻ: ['ㄹ', 'ㅁ'],
  ㄼ: ['ㄹ', 'ㅂ'],
  ㄽ: ['ㄹ', 'ㅅ'],
  ㄾ: ['ㄹ', 'ㅌ'],
  ㄿ: ['ㄹ', 'ㅍ'],
  ㅀ: ['ㄹ', 'ㅎ'],
  ㅄ: ['ㅂ', 'ㅅ'],
}

/** A piece of the text that was found, as offsets in UTF-16 units. */
export type Range = readonly [start: number, end: number]

/** Whether each word of the query occurs in the text. An empty query matches all. */
export function matchesText(query: string, text: string): boolean {
  return textMatcher(query)(text)
}

/** The same for many texts: the query is read once. */
export function textMatcher(query: string): (text: string) => boolean {
  const patterns = patternsOf(query)
  return (text) => {
    const folded = fold(text)
    return patterns.every((pattern) => pattern.find(folded) !== null)
  }
}

/** Where each word of the query first occurs, for highlighting; null when one does not. */
export function matchRanges(query: string, text: string): readonly Range[] | null {
  const folded = fold(text)
  // What changed its length by folding cannot be pointed at.
  const isSame = folded.length === text.length
  const ranges: Range[] = []
  for (const pattern of patternsOf(query)) {
    const range = pattern.find(folded)
    if (!range) return null
    if (isSame) ranges.push(range)
  }
  return ranges.sort((a, b) => a[0] - b[0])
}

interface Pattern {
  readonly find: (folded: string) => Range | null
}

function patternsOf(query: string): Pattern[] {
  return fold(query)
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => (/[ㄱ-ㅎ가-힣]/.test(word) ? koreanPattern(word) : plainPattern(word)))
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

function plainPattern(word: string): Pattern {
  return {
    find: (folded) => {
      const at = folded.indexOf(word)
      return at < 0 ? null : [at, at + word.length]
    },
  }
}

function koreanPattern(word: string): Pattern {
  const ways = [word, ...halfTyped(word)].map((way) => Array.from(way.split('').flatMap(splitJamo)))
  return {
    find: (folded) => {
      for (const way of ways) {
        const last = folded.length - way.length
        for (let at = 0; at <= last; at += 1)
          if (way.every((unit, i) => fits(unit, folded.charAt(at + i), i === way.length - 1)))
            return [at, at + way.length]
      }
      return null
    },
  }
}

/** On the way to 스프린 the keyboard shows 슾: its last consonant belongs to the syllable that is still to come. */
function halfTyped(word: string): string[] {
  const last = word.slice(-1)
  const code = last.charCodeAt(0) - FIRST_SYLLABLE
  if (code < 0 || code > LAST_SYLLABLE - FIRST_SYLLABLE || code % FINALS === 0) return []
  const final = FINAL_CONSONANTS.charAt((code % FINALS) - 1)
  const open = FIRST_SYLLABLE + code - (code % FINALS)
  const [stays, goes] = SPLIT_FINALS[final] ?? ['', final]
  const before = String.fromCharCode(open + (stays ? FINAL_CONSONANTS.indexOf(stays) + 1 : 0))
  return [`${word.slice(0, -1)}${before}${goes}`]
}

/** Keyboards join ㅂㅅ to ㅄ: as initials they are two. */
function splitJamo(unit: string): string[] {
  return [...(SPLIT_FINALS[unit] ?? [unit])]
}

function fits(unit: string, at: string, isLast: boolean): boolean {
  if (unit === at) return true
  const code = at.charCodeAt(0) - FIRST_SYLLABLE
  if (code < 0 || code > LAST_SYLLABLE - FIRST_SYLLABLE) return false
  if (INITIALS.includes(unit)) return INITIALS.charAt(Math.floor(code / (VOWELS * FINALS))) === unit
  const wanted = unit.charCodeAt(0) - FIRST_SYLLABLE
  // A last syllable without a final may still get one.
  return isLast && wanted >= 0 && wanted % FINALS === 0 && Math.floor(code / FINALS) === Math.floor(wanted / FINALS)
}

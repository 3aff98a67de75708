// Words that stand out inside of a sentence: the catalogue marks them, a view draws them.

const START = '\u0002'
const END = '\u0003'

/** Marks a value that a sentence is about; what it says itself cannot mark anything. */
export function bold(words: string): string {
  return `${START}${words.replaceAll(START, '').replaceAll(END, '')}${END}`
}

export interface Piece {
  readonly words: string
  readonly isBold: boolean
}

/** A sentence in pieces, in order. */
export function pieces(sentence: string): Piece[] {
  return sentence
    .split(START)
    .flatMap((part, at) => {
      if (at === 0) return [{ words: part, isBold: false }]
      const [marked = '', rest = ''] = part.split(END)
      return [
        { words: marked, isBold: true },
        { words: rest, isBold: false },
      ]
    })
    .filter(({ words }) => words !== '')
}

/** A sentence without its marks, for a title or a screen reader. */
export function plain(sentence: string): string {
  return sentence.replaceAll(START, '').replaceAll(END, '')
}
